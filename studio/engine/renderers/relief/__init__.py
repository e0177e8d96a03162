"""Shape from one picture: a rounded relief, as a model and as a slightly turned view."""

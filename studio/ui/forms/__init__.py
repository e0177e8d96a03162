"""Forms made from JSON Schema: one field for each kind of value. Used by the inspector, the inputs and the run form."""

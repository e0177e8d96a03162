"""Controls of the house: exact to the design in every theme, named, and usable from the keyboard."""

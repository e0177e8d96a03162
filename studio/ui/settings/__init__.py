"""Settings: connections, appearance, where work is kept, about. Everything applies at once."""

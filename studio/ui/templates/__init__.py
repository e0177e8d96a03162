"""The Templates workspace: the list, a template's page, and the editor."""

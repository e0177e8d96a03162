"""The append-only ledger of the rehearsal rate card."""

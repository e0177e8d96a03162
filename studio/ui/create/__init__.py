"""The Create workspace: sessions, transcript, composer, starters and the drop overlay."""

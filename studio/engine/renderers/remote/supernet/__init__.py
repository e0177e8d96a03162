"""Media of the Sogni Supernet, through its public Python SDK (optional extra ``supernet``)."""

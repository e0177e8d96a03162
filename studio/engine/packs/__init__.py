"""Optional models: what there is, how it is fetched and checked, and what is installed."""

"""What travels: typed records, the topology of topics, and the index templates."""

"""Reading: a web page and an HTTP API over the archive. It writes nothing but what an operator asks for."""

INSERT DATA { ?a <http://example.org/b> 1 }

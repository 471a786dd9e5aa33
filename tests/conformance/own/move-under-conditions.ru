PREFIX ex: <http://example.org/>
# } WHERE { in a comment
DELETE { GRAPH ?g { ?law ?p ?o } } INSERT { GRAPH ex:old { ?law ?p ?o } }
WHERE { GRAPH ?g { ?law ex:year ?year ; ?p ?o FILTER(?year < 2010) } }

PREFIX ex: <http://example.org/>
DELETE WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?name } ;
INSERT { _:note ex:on ?law } WHERE { ?law ex:year ?year }

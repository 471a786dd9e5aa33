PREFIX ex: <http://example.org/>
INSERT DATA { ex:a ex:b 1 } ;
PREFIX law: <http://example.org/law/>
DELETE { ?s ?p 1 } INSERT { law:act a ex:Law } WHERE { ?s ?p 1 }

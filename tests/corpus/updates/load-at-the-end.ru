DELETE WHERE { ?s ?p ?o } ; LOAD SILENT <x:y>

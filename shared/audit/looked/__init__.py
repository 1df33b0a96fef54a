"""Who has looked: the patient's own report of the access log (PDL 8 ch. 5 §, HSLF-FS 2016:40 4 ch. 10 §)."""

"""The register: what each service keeps of the people, units, rights and cover that contract owns."""

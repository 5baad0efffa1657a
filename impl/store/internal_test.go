package store

// CompanyTables are the names of the tables that belong to companies, in the
// order in which they are moved, and InstallationTables those of the others.
func CompanyTables() (names []string) {
	for _, t := range companyTables {
		names = append(names, t.name)
	}
	return names
}

// InstallationTables are the names of the other tables.
var InstallationTables = installationTables

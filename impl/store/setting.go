package store

// KeySetting names the setting that says which server key a database was
// used with. It stays when everything else is wiped.
const KeySetting = "secret_key"

// Setting returns the value of a name, "" when there is none. A change that
// reads it has it to itself until it ends.
func (tx *Tx) Setting(name string) (string, error) {
	const query = `SELECT value FROM setting WHERE name = $1`
	if err := tx.Lock("setting " + name); err != nil {
		return "", err
	}
	var value string
	_, err := tx.row(query, []any{name}, &value)
	return value, err
}

// SetSetting stores the value of a name; "" removes it.
func (tx *Tx) SetSetting(name, value string) error {
	const (
		remove = `DELETE FROM setting WHERE name = $1`
		upsert = `INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
	)
	if value == "" {
		return tx.put(remove, name)
	}
	return tx.put(upsert, name, value)
}

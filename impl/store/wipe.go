package store

import "slices"

// Wipe removes everything but the tables themselves and KeySetting.
func (tx *Tx) Wipe() error {
	if tx.locking("lock") != "" { // else rows could come that refer to what goes
		if err := tx.put(`LOCK TABLE company, job IN EXCLUSIVE MODE`); err != nil {
			return err
		}
	}
	for _, table := range slices.Backward(companyTables) {
		if err := tx.put("DELETE FROM " + table.name); err != nil {
			return err
		}
	}
	return tx.put(`DELETE FROM setting WHERE name <> $1`, KeySetting)
}

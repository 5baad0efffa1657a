package meet

// Queue gives a meeting type several hosts.
type Queue struct {
	ID      QueueID
	Company CompanyID
	Type    MeetingTypeID
	Members []UserID // in queue order
	// Everyone means that all members host together; otherwise one of
	// them does.
	Everyone bool
}

package client

import (
	"errors"
	"strconv"
)

// WebhookIDText gives the id of a webhook as the text that the methods take. Servers write ids as texts or as numbers. Empty when it is neither.
func WebhookIDText(key WebhookKey) string {
	if text, err := key.AsWebhookText(); err == nil {
		return text
	}
	if number, err := key.AsWebhookNumber(); err == nil {
		return strconv.FormatInt(number, 10)
	}
	return ""
}

// SplitNextHost gives the user or the group that a member of a queue is. Without an error, exactly one of them is not nil.
func SplitNextHost(host NextHost) (*NextUser, *NextGroup, error) {
	// Each variant reads the other as a value with empty fields, so its id decides.
	user, userErr := host.AsNextUser()
	group, groupErr := host.AsNextGroup()
	if err := errors.Join(userErr, groupErr); err != nil {
		return nil, nil, err
	}
	switch isUser, isGroup := user.ID != "", group.GroupID != ""; {
	case isUser && !isGroup:
		return &user, nil, nil
	case isGroup && !isUser:
		return nil, &group, nil
	default:
		return nil, nil, errors.New("the member of the queue is neither a user nor a group")
	}
}

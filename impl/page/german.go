package page

import (
	"net/http"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/wording"
)

var german = words{
	Language: wording.German,

	What: "Termin", When: "Wann", Length: "Dauer", With: "Mit", Where: "Wo", Link: "Link", Reason: "Grund",
	Who: "Name", Email: "E-Mail", Phone: "Telefon", Guests: "Gäste", Hosts: "Gastgeber",

	ConfirmTitle: "Bitte bestätigen Sie Ihren Termin", Confirm: "Er ist gebucht, sobald Sie ihn hier bestätigen.",
	KeptUntil: "Wir halten die Zeit für Sie frei bis %s.", ConfirmButton: "Termin bestätigen",
	ConfirmedTitle:      "Ihr Termin ist bestätigt",
	Confirmed:           "Zum Verschieben oder Absagen öffnen Sie bitte den Link in der Bestätigungsmail.",
	SinceCancelledTitle: "Dieser Termin wurde abgesagt",
	SinceCancelled:      "Sie hatten ihn bestätigt; danach wurde er abgesagt.",
	WaitingTitle:        "Ihre Anfrage wartet auf Antwort",
	Waiting:             "Der Gastgeber hat noch nicht geantwortet. Sie brauchen nichts zu tun und erhalten eine E-Mail.",
	DeclinedTitle:       "Ihre Anfrage wurde abgelehnt", Declined: "Leider ist der Termin zu dieser Zeit nicht möglich. Sie können gern einen anderen anfragen.",
	ExpiredTitle: "Diese Anfrage ist verfallen",
	Expired:      "Sie wurde nicht rechtzeitig bestätigt, daher ist die Zeit wieder frei. Sie können gern neu buchen.",

	ApproveTitle: "Ein Termin wartet auf Ihre Antwort", Approve: "Er ist gebucht, sobald Sie zusagen.",
	ApproveHead: "Zusagen", AnswerUntil: "Bitte antworten Sie vor %s.", ApproveButton: "Termin zusagen",
	DeclineTitle: "Ablehnen", DeclineHint: "Die Zeit wird wieder frei, und die anfragende Person erfährt davon.",
	DeclineReason: "Grund (freiwillig; die anfragende Person kann ihn lesen)", DeclineButton: "Anfrage ablehnen",
	ApprovedTitle: "Diese Anfrage ist zugesagt", AttendeeAskedTitle: "Diese Anfrage wartet auf Bestätigung",
	AttendeeAsked:   "Der Termin ist gebucht, sobald die anfragende Person ihn bestätigt, bis %s. So lange können Sie noch ablehnen.",
	HostBookedTitle: "Dieser Termin ist gebucht", HostBooked: "Sie brauchen nichts mehr zu tun.",
	HostSinceCancelledTitle: "Dieser Termin wurde abgesagt", HostSinceCancelled: "Er war gebucht und wurde danach abgesagt.",
	HostDeclinedTitle: "Diese Anfrage wurde abgelehnt", HostDeclined: "Die Zeit ist wieder frei, und die anfragende Person hat davon erfahren.",
	HostExpired: "Niemand hat rechtzeitig geantwortet. Die Zeit ist wieder frei, und die anfragende Person hat davon erfahren.",

	ManageTitle: "Ihr Termin", Manage: "Er ist gebucht.",
	Moved:          "Er wurde verschoben; dies ist die neue Zeit.",
	CancelledTitle: "Dieser Termin ist abgesagt",
	CancelledBy: map[meet.ActionSource]string{
		meet.ByAttendee: "Sie haben ihn abgesagt.", meet.ByHost: "Der Gastgeber hat ihn abgesagt.", meet.BySystem: "Er wurde automatisch abgesagt.",
	},
	OverTitle: "Dieser Termin ist vorbei", Over: "Er kann nicht mehr geändert werden.",
	BegunTitle: "Dieser Termin hat begonnen", Begun: "Er kann nicht mehr geändert werden.",
	MoveTitle: "Andere Zeit wählen", MoveHint: "Alle Zeiten gelten für %s.", MoveButton: "Termin verschieben",
	MoveGroup: "Ein Gruppentermin kann nicht für eine Person verschoben werden. Geben Sie Ihren Platz ab und buchen Sie einen anderen Termin.",
	MoveNever: "Dieser Termin kann nicht online verschoben werden. Bitte wenden Sie sich an den Gastgeber.",
	MoveUntil: "Dieser Termin konnte bis %s vor Beginn verschoben werden. Bitte wenden Sie sich an den Gastgeber.",
	Times:     "Neue Zeit", Earlier: "Frühere Zeiten", Later: "Spätere Zeiten",
	NoTimes:         "In den nächsten Wochen gibt es keine freien Zeiten.",
	NoTimesThisWeek: "In dieser Woche gibt es keine freien Zeiten.",
	CancelTitle:     "Termin absagen", CancelReason: "Grund (freiwillig)", CancelButton: "Termin absagen",
	CancelNever: "Dieser Termin kann nicht online abgesagt werden. Bitte wenden Sie sich an den Gastgeber.",
	CancelUntil: "Dieser Termin konnte bis %s vor Beginn abgesagt werden. Bitte wenden Sie sich an den Gastgeber.",
	LeaveTitle:  "Platz abgeben", LeaveHint: "Ihr Platz wird wieder frei.", LeaveButton: "Platz abgeben",
	LeftTitle: "Sie haben Ihren Platz abgegeben", Left: "Sie nehmen an diesem Termin nicht mehr teil.",

	OnceTitle: "Ein Link, um einen Termin zu buchen", Once: "Er gilt für eine Buchung.",
	OnceUsedTitle: "Dieser Link wurde schon benutzt", OnceUsed: "Er galt für eine Buchung. Bitte fragen Sie nach einem neuen.",

	AlreadyConfirmed:  "Dieser Termin wurde bereits bestätigt.",
	AlreadyApproved:   "Diese Anfrage wurde bereits zugesagt.",
	AlreadyDeclined:   "Diese Anfrage wurde abgelehnt.",
	AlreadyExpired:    "Diese Anfrage ist verfallen.",
	AlreadyCancelled:  "Dieser Termin wurde bereits abgesagt.",
	HostAlreadyBooked: "Diese Anfrage wurde bereits beantwortet.",
	HostFirst:         "Der Gastgeber hat noch nicht zugesagt.",
	AttendeeFirst:     "Diese Anfrage wartet auf die anfragende Person, nicht auf einen Gastgeber.",
	TooLate:           "Dieser Termin kann nicht mehr geändert werden.",
	Taken:             "Diese Zeit ist nicht mehr frei. Bitte wählen Sie eine andere.",
	SameTime:          "Der Termin findet bereits zu dieser Zeit statt.",
	ChooseTime:        "Bitte wählen Sie eine Zeit.",
	Changed:           "Das war nicht möglich. So ist der Stand jetzt.",

	Refusals: map[int][2]string{
		http.StatusBadRequest:            {"Das Formular war nicht lesbar", "Bitte öffnen Sie den Link in Ihrer E-Mail noch einmal."},
		http.StatusUnauthorized:          {"Dieser Link ist nicht gültig", "Vielleicht fehlt ein Teil. Bitte öffnen Sie den Link in Ihrer E-Mail noch einmal oder kopieren Sie ihn vollständig."},
		http.StatusForbidden:             {"Dieses Formular kam von einer anderen Seite", "Es wurde nichts geändert. Bitte öffnen Sie den Link in Ihrer E-Mail noch einmal."},
		http.StatusNotFound:              {"Diese Seite gibt es nicht", "Bitte öffnen Sie den Link in Ihrer E-Mail noch einmal oder kopieren Sie ihn vollständig."},
		http.StatusMethodNotAllowed:      {"Bitte öffnen Sie den Link in Ihrer E-Mail", "Diese Seite lässt sich nicht für sich öffnen."},
		http.StatusRequestEntityTooLarge: {"Das Formular ist zu lang", "Es wurde nichts geändert. Bitte schreiben Sie weniger."},
		http.StatusUnsupportedMediaType:  {"Das Formular war nicht lesbar", "Bitte öffnen Sie den Link in Ihrer E-Mail noch einmal."},
		http.StatusTooManyRequests:       {"Zu viele ungültige Links", "Bitte warten Sie eine Minute und öffnen Sie dann den Link in Ihrer E-Mail noch einmal."},
		http.StatusServiceUnavailable:    {"Gerade zu viel Betrieb", "Es wurde nichts geändert. Bitte versuchen Sie es gleich noch einmal."},
	},
	FailedTitle: "Etwas ist schiefgegangen", Failed: "Das liegt an uns. Bitte versuchen Sie es später noch einmal.",
}

package stub

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMaskText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"secret":"a\"b","id":1}`:                           `{"secret":"***","id":1}`,
		`{"appointmentSecret" : "abc"}`:                      `{"appointmentSecret" : "***"}`,
		`{"bookingPagePassword":{"password":"p","on":true}}`: `{"bookingPagePassword":{"password":"***","on":true}}`,
		`{"Token":12.5e3}`:                                   `{"Token":"***"}`,
		`{"token":null,"secret":true}`:                       `{"token":null,"secret":true}`,
		`{"secret":"cut off`:                                 `{"secret":"***"`,
		`{"secret":"cut off\`:                                `{"secret":"***"`,
		`{"note":"secret"}`:                                  `{"note":"secret"}`,
		`{"url":"https://x.example/m/1?secret=a.b&x=1"}`:     `{"url":"https://x.example/m/1?secret=***&x=1"}`,
		`{"url":"https://x.example/m/1?x=1\u0026token=ab"}`:  `{"url":"https://x.example/m/1?x=1\u0026token=***"}`,
		`token=ab&x=1&bookingPassword=c`:                     `token=***&x=1&bookingPassword=***`,
		``:                                                   ``,
		`{"access_token":"a","refresh_token":"b"}`:           `{"access_token":"***","refresh_token":"***"}`,
		`{"client_secret":"a","apiKey":"b","api-key":"c"}`:   `{"client_secret":"***","apiKey":"***","api-key":"***"}`,
		`{"dbPasswd":"a","oauth2Token":"b"}`:                 `{"dbPasswd":"***","oauth2Token":"***"}`,
		`{"tokens":["a", null,"b\"]"],"ids":["c"]}`:          `{"tokens":["***"],"ids":["c"]}`,
		`{"secrets":["cut o`:                                 `{"secrets":["***"]`,
		`{"passwords":[{"secret":"a","id":1}],"tokens":[]}`:  `{"passwords":[{"secret":"***","id":1}],"tokens":[]}`,
		`api_key=a&api_key=b&client_secret=c&x=1`:            `api_key=***&api_key=***&client_secret=***&x=1`,
		`https://x.example/#access_token=ab&x=1`:             `https://x.example/#access_token=***&x=1`,
		`{"tokenType":"a","secretary":"b","passwordHint":2}`: `{"tokenType":"a","secretary":"b","passwordHint":2}`,
		`{"key":"a","keyboard":"b","idempotencyKey":"c"}`:    `{"key":"a","keyboard":"b","idempotencyKey":"c"}`,
		`tokenType=a&secretary=b&key=c`:                      `tokenType=a&secretary=b&key=c`,
	} {
		if have := maskText(text); have != want {
			t.Errorf("%s became %s, want %s", text, have, want)
		}
	}
}

func TestMaskHeader(t *testing.T) {
	t.Parallel()
	sent := http.Header{
		"Authorization": {"Bearer a"}, "Proxy-Authorization": {"a"}, "Cookie": {"a=b"}, "Set-Cookie": {"a=b", "c=d"}, "X-Api-Key": {"a"},
		"X-Appointment-Secret": {"a"}, "X-Confirmation-Token": {""}, "Apikey": {"a"}, "Location": {"https://x.example/?token=a&x=1"},
		"Referer": {"/m/1?secret=a"}, "Idempotency-Key": {"a"}, "X-Tokens-Left": {"1"}, "Accept": {"a", "b"},
	}
	want := http.Header{
		"Authorization": {"***"}, "Proxy-Authorization": {"***"}, "Cookie": {"***"}, "Set-Cookie": {"***"}, "X-Api-Key": {"***"},
		"X-Appointment-Secret": {"***"}, "X-Confirmation-Token": {"***"}, "Apikey": {"***"}, "Location": {"https://x.example/?token=***&x=1"},
		"Referer": {"/m/1?secret=***"}, "Idempotency-Key": {"a"}, "X-Tokens-Left": {"1"}, "Accept": {"a", "b"},
	}
	if diff := cmp.Diff(want, maskHeader(sent)); diff != "" {
		t.Errorf("headers (-want +have):\n%s", diff)
	}
	if sent.Get("Location") != "https://x.example/?token=a&x=1" || maskHeader(nil) == nil {
		t.Error("the headers themselves were changed, or none became nil")
	}
}

package stub

import "testing"

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
	} {
		if have := maskText(text); have != want {
			t.Errorf("%s became %s, want %s", text, have, want)
		}
	}
}

package words

import "testing"

func TestCursor(t *testing.T) {
	c := New([]string{"mtu", "1500", "up"})
	if !c.Is("mtu") || c.Is("mt") || !c.Prefix("mtu") || c.Prefix("up") {
		t.Error("first word")
	}
	if w, ok := c.Peek(); w != "1500" || !ok {
		t.Errorf("peek %q", w)
	}
	if v, err := c.Value(); v != "1500" || err != nil {
		t.Errorf("value %q %v", v, err)
	}
	c.Skip()
	if got := c.Rest(); len(got) != 1 || got[0] != "up" {
		t.Errorf("rest %q", got)
	}
	if _, err := c.Value(); err == nil || err.(*Error).Code != 255 {
		t.Errorf("value behind the last: %v", err)
	}
	if c.More() || c.Word() != "" || len(c.Rest()) != 0 || c.Prefix("") {
		t.Error("not at the end")
	}
}

func TestPrefix(t *testing.T) {
	for _, c := range []struct {
		word, keyword string
		want          bool
	}{
		{"a", "address", true}, {"address", "address", true}, {"addresses", "address", false},
		{"", "address", false}, {"A", "address", false},
	} {
		if got := Prefix(c.word, c.keyword); got != c.want {
			t.Errorf("%q %q: %v", c.word, c.keyword, got)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		err  error
		code int
		want string
	}{
		{Incomplete(), 255, `Command line is not complete. Try option "help"`},
		{Missing("dev"), 255, `Error: argument "dev" is required`},
		{Invalid("not a number", "x"), 255, `Error: argument "x" is wrong: not a number`},
		{Duplicate("mtu", "2"), 255, `Error: duplicate "mtu": "2" is the second value.`},
		{Garbage("dev", "x"), 255, `Error: either "dev" is duplicate, or "x" is a garbage.`},
		{Expected("inet address", "x"), 1, `Error: inet address is expected rather than "x".`},
		{Usage("Usage: ip\n"), 255, "Usage: ip"},
	} {
		e := c.err.(*Error)
		if e.Code != c.code || e.Error() != c.want || !e.Aborts() {
			t.Errorf("got %d %q", e.Code, e.Error())
		}
	}
}

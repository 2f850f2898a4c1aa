package ifconfig

import (
	"slices"
	"testing"
)

func TestCompareNames(t *testing.T) {
	// Each is followed by one that comes behind it.
	for _, row := range [][]string{
		{"", ":", ":a"},
		{"100", "a", "aa"},
		{"a", "a:"},
		{"a1b2", "a1b12"},
		{"eth", "eth01", "eth1", "eth1:0", "eth1:1", "eth1:2", "eth1:10", "eth9", "eth10", "eth100", "ethx"},
		{"eth01:1", "eth01:2", "eth1:01", "eth1:1"},
		{"eth1:10", "eth13:2"},
		{"Z9", "a1"},
		{"eth9", "eth9.5"},
	} {
		for i, a := range row {
			if compareNames(a, a) != 0 {
				t.Errorf("%q is not itself", a)
			}
			for _, b := range row[i+1:] {
				if compareNames(a, b) >= 0 || compareNames(b, a) <= 0 {
					t.Errorf("%q is not before %q", a, b)
				}
			}
		}
	}
}

func TestList(t *testing.T) {
	var l list
	for _, name := range []string{"lo", "eth10", "eth9", "eth9:2", "eth9:10", "eth9", "br0", "eth9:1", "lo"} {
		if e := l.add(name); e.name != name {
			t.Errorf("%s: %s", name, e.name)
		}
	}
	var names []string
	for _, e := range l.entries {
		names = append(names, e.name)
	}
	if !slices.Equal(names, []string{"br0", "eth9", "eth9:1", "eth9:2", "eth9:10", "eth10", "lo"}) {
		t.Error(names)
	}
}

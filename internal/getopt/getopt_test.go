package getopt

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

func testLongs() []Long {
	return []Long{
		{"numeric", No, 'n'},
		{"name", Required, 'b'},
		{"netrom", No, 256},
		{"inet", No, 257},
		{"inet6", No, 257},
		{"ip", No, 257},
		{"opt", Optional, 'c'},
		{"extend", No, 'e'},
		{"ext", No, 'e'},
		{"extra", No, 'e'},
	}
}

// trace is everything a Parser says about a line: options with their
// arguments, messages, and "|" with the operands.
func trace(short string, long []Long, args []string, posix bool) string {
	p := New("prog", args, short, long, func() bool { return posix })
	var out []string
	for {
		c := p.Next()
		if c == Done {
			break
		}
		s := strconv.Itoa(c)
		switch {
		case p.Message != "":
			s = p.Message
		case c == Bad || c == Missing || (c > ' ' && c < 127):
			s = string(rune(c))
		}
		if p.HasArg {
			s += "=" + p.Arg
		}
		out = append(out, s)
	}
	return strings.Join(append(out, "|"+strings.Join(p.Rest(), " ")), "; ")
}

// The expected columns were taken from glibc 2.36's getopt_long.
func TestNext(t *testing.T) {
	for _, c := range []struct {
		name, short, line, want string
	}{
		{"nothing", "ab:c::", "", "|"},
		{"bundle", "ab:c::", "-aab x", "a; a; b=x; |"},
		{"attached", "ab:c::", "-bx y", "b=x; |y"},
		{"bundle takes the rest as argument", "ab:c::", "-aba -a", "a; b=a; a; |"},
		{"optional attached", "ab:c::", "-cx", "c=x; |"},
		{"optional does not take the next word", "ab:c::", "-c x", "c; |x"},
		{"argument may look like an option", "ab:c::", "-b -a", "b=-a; |"},
		{"argument may be two dashes", "ab:c::", "-b -- -a", "b=--; a; |"},
		{"operands are permuted", "ab:c::", "x -a y -b 1 z", "a; b=1; |x y z"},
		{"plus stops at the first operand", "+ab:c::", "-a x -a", "a; |x -a"},
		{"minus returns operands in place", "-ab:c::", "x -a y", "1=x; a; 1=y; |"},
		{"two dashes end the options", "ab:c::", "x -a -- -b y", "a; |x -b y"},
		{"two dashes twice", "ab:c::", "-- --", "|--"},
		{"a dash is an operand", "ab:c::", "- -a", "a; |-"},
		{"an unknown letter", "ab:c::", "-axa", "a; prog: invalid option -- 'x'; a; |"},
		{"a byte is a letter", "ab:c::", "-\xc3\xa9", "prog: invalid option -- '\xc3'; prog: invalid option -- '\xa9'; |"},
		{"a colon is no option", "ab:c::", "-:", "prog: invalid option -- ':'; |"},
		{"a missing argument", "ab:c::", "-ab", "a; prog: option requires an argument -- 'b'; |"},
		{"silent", ":ab:c::", "-xb", "?; :; |"},
		{"long", "ab:c::", "--numeric x --name=1 --name 2", "n; b=1; b=2; |x"},
		{"long with an empty argument", "ab:c::", "--name= --opt=", "b=; c=; |"},
		{"long optional", "ab:c::", "--opt x --opt=y", "c; c=y; |x"},
		{"abbreviated", "ab:c::", "--nu --na=1 --nam 2 --o=3", "n; b=1; b=2; c=3; |"},
		{"exact beats prefix", "ab:c::", "--ext", "e; |"},
		{"ambiguous but the same", "ab:c::", "--e --i", "e; 257; |"},
		{"ambiguous", "ab:c::", "--n=7", "prog: option '--n=7' is ambiguous; possibilities: '--numeric' '--name' '--netrom'; |"},
		{"ambiguous: the empty name", "ab:c::", "--=", "prog: option '--=' is ambiguous; possibilities: '--numeric' '--name' '--netrom' '--inet' '--inet6' '--ip' '--opt' '--extend' '--ext' '--extra'; |"},
		{"unknown long", "ab:c::", "--foo=1 -a", "prog: unrecognized option '--foo=1'; a; |"},
		{"three dashes", "ab:c::", "---a", "prog: unrecognized option '---a'; |"},
		{"unwanted argument", "ab:c::", "--num=3", "prog: option '--numeric' doesn't allow an argument; |"},
		{"missing long argument", "ab:c::", "--na", "prog: option '--name' requires an argument; |"},
		{"silent long", ":ab:c::", "--na", ":; |"},
		{"silent unknown long", ":ab:c::", "--zz --n", "?; ?; |"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := trace(c.short, testLongs(), strings.Fields(c.line), false); got != c.want {
				t.Errorf("%q: got  %s\nwant %s", c.line, got, c.want)
			}
		})
	}
}

func TestPosixlyCorrect(t *testing.T) {
	args := []string{"-a", "x", "-a", "--", "y"}
	if got, want := trace("a", nil, args, true), "a; |x -a -- y"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := trace("-a", nil, args, true), "a; 1=x; a; |y"; got != want {
		t.Errorf("a leading minus is stronger: got %s, want %s", got, want)
	}
}

func TestWithoutLongOptions(t *testing.T) {
	want := "prog: invalid option -- '-'; a; prog: invalid option -- 'l'; |"
	if got := trace("a", nil, []string{"--al"}, false); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestIndexKeepsItsValue(t *testing.T) {
	p := New("prog", []string{"--inet6", "-a"}, "a", testLongs(), func() bool { return false })
	if c := p.Next(); c != 257 || p.Index != 4 {
		t.Errorf("--inet6: %d, row %d", c, p.Index)
	}
	if c := p.Next(); c != 'a' || p.Index != 4 {
		t.Errorf("-a: %d, row %d", c, p.Index)
	}
}

func TestEmptyWordIsAnOperand(t *testing.T) {
	p := New("prog", []string{"", "-a"}, "a", nil, func() bool { return false })
	if c := p.Next(); c != 'a' {
		t.Errorf("got %d", c)
	}
	if c := p.Next(); c != Done || !slices.Equal(p.Rest(), []string{""}) {
		t.Errorf("got %d, rest %q", c, p.Rest())
	}
}

func TestCallersWordsStay(t *testing.T) {
	args := []string{"x", "-a"}
	trace("a", nil, args, false)
	if !slices.Equal(args, []string{"x", "-a"}) {
		t.Errorf("New's words were permuted: %q", args)
	}
}

// FuzzNext checks that every line ends, without a panic, and that no word is
// invented.
func FuzzNext(f *testing.F) {
	f.Add("ab:c::", "-a x -bz --name=3 -- y", true, false)
	f.Add("+ab:", "--n --ext -b", false, true)
	f.Add(":-A:", "-", true, false)
	f.Fuzz(func(t *testing.T, short, line string, long, posix bool) {
		var longs []Long
		if long {
			longs = testLongs()
		}
		args := strings.Split(line, " ")
		p := New("prog", args, short, longs, func() bool { return posix })
		for n := 0; p.Next() != Done; n++ {
			if n > len(line) {
				t.Fatalf("%q: no end", line)
			}
		}
		rest := p.Rest()
		for _, w := range rest {
			i := slices.Index(args, w)
			if i < 0 {
				t.Fatalf("%q: operand %q is none of the words in their order", line, w)
			}
			args = args[i+1:]
		}
	})
}

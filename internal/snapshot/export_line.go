package snapshot

import (
	"slices"
	"strings"
)

// Line is a command as a line of a script in the style. why is empty, or says
// why it cannot be said there.
func (c *Command) Line(style Style) (line, why string) {
	switch c.Tool {
	case "":
		return "# " + strings.Join(c.Words, " "), ""
	case AwaitCarrier:
		return carrierLine(c, style), ""
	}
	said := c.Words
	if style == Batch && c.Namespace == "" {
		if said, why = withoutOption(said); why != "" {
			return "# " + c.Tool + " " + strings.Join(c.Words, " "), strings.Join(c.Words, " ") + ": " + why
		}
	}
	words := make([]string, 0, len(said))
	for _, w := range said {
		words = append(words, quote(w))
	}
	rest := strings.Join(words, " ")
	switch {
	case style == Batch && c.Tool == "ip" && c.Namespace == "":
		return rest, ""
	case style == Batch && c.Tool == "ip":
		return "netns exec " + quote(c.Namespace) + " ip " + rest, ""
	case style == Batch && c.Namespace != "":
		return "netns exec " + quote(c.Namespace) + " " + c.Tool + " " + rest, ""
	case style == Batch:
		return "# " + c.Tool + " " + rest, c.Tool + " " + rest + ": ip -batch has no line for it"
	case c.Namespace == "":
		return c.Tool + " " + rest, ""
	case c.Tool == "brctl":
		return "ip netns exec " + quote(c.Namespace) + " brctl " + rest, ""
	}
	return c.Tool + " -n " + quote(c.Namespace) + " " + rest, ""
}

// withoutOption says a command of ip without the option of its family, which a line of
// a batch cannot begin with. A prefix tells the family of a route, and nothing that
// of a rule.
func withoutOption(words []string) (said []string, why string) {
	switch {
	case words[0] == "-4":
		return words[1:], ""
	case words[0] != "-6":
		return words, ""
	case words[1] == "rule":
		return nil, "ip -batch has no line for rules of IPv6"
	}
	said = slices.Clone(words[1:])
	// route add [TYPE] default …
	for i := 2; i < min(4, len(said)); i++ {
		if said[i] == "default" {
			said[i] = "::/0"
			break
		}
	}
	return said, ""
}

// AwaitCarrier is the tool of a command that no program does. A nexthop object
// cannot be made before its link has a carrier, and loses it with that; and a
// link-local address comes when a link has one. The bridge of a spanning tree takes
// two forward delays, of 30 s at most. A link that is DOWN nevertheless has a carrier
// that the kernel has not made anything of yet.
const AwaitCarrier = "await-carrier"

func carrierLine(c *Command, style Style) string {
	dev := quote(c.Words[0])
	if style == Batch {
		return "# the next lines need the carrier of " + dev
	}
	show := Command{"ip", c.Namespace, []string{"-br", "link", "show", "dev", c.Words[0]}}
	line, _ := show.Line(Shell)
	return "for i in $(seq 300); do " + line + " | grep -v ' DOWN ' | grep -q LOWER_UP && break; sleep 0.2; done # until it has a carrier"
}

// plainLetters need no quotes in a shell.
const plainLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+,:/@%="

// quote makes one word of a shell of s.
func quote(s string) string {
	if s != "" && strings.Trim(s, plainLetters) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

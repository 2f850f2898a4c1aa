package names

import (
	"strconv"
	"strings"

	"github.com/nlbox/nlbox/internal/format"
)

// ipProto is a line of protocols(5).
type ipProto struct {
	number int32
	names  []string // the official one, then the aliases
}

// IPProto names an IP protocol (IPPROTO_*): "tcp", or "ipproto-253".
func (t *Tables) IPProto(id uint8) string {
	if !t.Numeric {
		if name, ok := t.IPProtoByNumber(id); ok {
			return name
		}
	}
	return "ipproto-" + strconv.Itoa(int(id))
}

// IPProtoByNumber is getprotobynumber(3): the official name of an IP protocol,
// with Numeric too.
func (t *Tables) IPProtoByNumber(id uint8) (name string, ok bool) {
	t.loadIPProtos()
	for i := range t.ipProtos {
		if t.ipProtos[i].number == int32(id) {
			return t.ipProtos[i].names[0], true
		}
	}
	return "", false
}

// IPProtoID reads an IP protocol: a decimal number 0..255, or a name or an
// alias of the protocols file, which may give larger numbers.
func (t *Tables) IPProtoID(word string) (int32, bool) {
	if v, ok := format.ParseU8(word, 10); ok {
		return int32(v), true
	}
	t.loadIPProtos()
	for i := range t.ipProtos {
		for _, name := range t.ipProtos[i].names {
			if name == word {
				return t.ipProtos[i].number, true
			}
		}
	}
	return 0, false
}

func (t *Tables) loadIPProtos() {
	if t.ipProtosLoaded {
		return
	}
	t.ipProtosLoaded = true
	data, _ := readFile(t.Protocols)
	for line := range strings.Lines(data) {
		if p, ok := parseProtocol(line); ok {
			t.ipProtos = append(t.ipProtos, p)
		}
	}
}

// parseProtocol reads a line "name number aliases… # comment". Lines of another
// form are passed over, as the C library does.
func parseProtocol(line string) (ipProto, bool) {
	if i := strings.IndexByte(line, '#'); i >= 0 {
		line = line[:i]
	}
	words := strings.Fields(line)
	if len(words) < 2 {
		return ipProto{}, false
	}
	v, n, _ := format.Strtoul(words[1], 10)
	if n == 0 || n != len(words[1]) {
		return ipProto{}, false
	}
	return ipProto{number: int32(v), names: append(words[:1:1], words[2:]...)}, true
}

package names

import (
	"os"
	"strconv"
	"strings"
)

// The files of users and groups: passwd(5), group(5).
const (
	passwdFile = "/etc/passwd"
	groupFile  = "/etc/group"
)

// User names a user of this machine, if the id has a name.
func User(id uint32) (string, bool) { return owner(passwdFile, id) }

// OwnerGroup names a group of users, if the id has a name.
func OwnerGroup(id uint32) (string, bool) { return owner(groupFile, id) }

// owner finds the first line of a file NAME:PASSWORD:ID:… that has the id.
func owner(file string, id uint32) (string, bool) {
	b, err := os.ReadFile(file)
	if err != nil {
		return "", false
	}
	want := strconv.FormatUint(uint64(id), 10)
	for line := range strings.Lines(string(b)) {
		name, rest, _ := strings.Cut(line, ":")
		_, rest, _ = strings.Cut(rest, ":")
		number, _, ok := strings.Cut(rest, ":")
		if ok && number == want && name != "" && name[0] != '#' {
			return name, true
		}
	}
	return "", false
}

package names

import (
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

// UserID is the id of a user by name.
func UserID(name string) (uint32, bool) { return ownerID(passwdFile, name) }

// OwnerGroupID is the id of a group of users by name.
func OwnerGroupID(name string) (uint32, bool) { return ownerID(groupFile, name) }

// owner finds the name of the first line with the id.
func owner(file string, id uint32) (string, bool) {
	want := strconv.FormatUint(uint64(id), 10)
	name, _, ok := ownerLine(file, func(_, number string) bool { return number == want })
	return name, ok
}

// ownerID finds the id of the first line with the name.
func ownerID(file, name string) (uint32, bool) {
	_, number, ok := ownerLine(file, func(n, _ string) bool { return n == name })
	id, err := strconv.ParseUint(number, 10, 32)
	return uint32(id), ok && err == nil
}

// ownerLine finds the first line of a file NAME:PASSWORD:ID:… that match likes.
func ownerLine(file string, match func(name, id string) bool) (name, id string, ok bool) {
	text, _ := readFile(file)
	for line := range strings.Lines(text) {
		name, rest, _ := strings.Cut(line, ":")
		_, rest, _ = strings.Cut(rest, ":")
		id, _, ok := strings.Cut(rest, ":")
		if ok && name != "" && name[0] != '#' && match(name, id) {
			return name, id, true
		}
	}
	return "", "", false
}

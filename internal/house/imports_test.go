package house

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// libraries says which rooms may import a library; rooms are patterns of
// path.Match.
func libraries() []struct {
	path  string
	rooms []string
} {
	return []struct {
		path  string
		rooms []string
	}{
		{"github.com/vishvananda/netlink", []string{"internal/rehearse"}},
		{"github.com/vishvananda/netns", []string{"internal/namespace", "internal/rtnl"}},
		{"github.com/urfave/cli", []string{"cmd/nlbox", "brctl"}},
		{"github.com/rogpeppe/go-internal/txtar", []string{"internal/rehearse"}}, // lab files; the rest is for tests only
		{"github.com/rogpeppe/go-internal/testscript", nil},
		{"mvdan.cc/sh", []string{"internal/script"}},
		{module + "/internal/script", []string{"cmd/nlbox"}},
		{"regexp", nil},
		{"text/template", nil},
		{"html/template", nil},
		{"log", nil},
		{"net/http", nil},
	}
}

// sharedByObjects are the rooms of ip that its objects may use: what is common
// to all, the head line of a link, and what routes and next hops share.
func sharedByObjects() []string {
	return []string{"ipcmd/object", "ipcmd/link", "ipcmd/fib", "ipcmd/secy"}
}

// sharedWithBridge are the rooms of ip that bridge, of iproute2 too, may use: what
// is common to all objects, and the head line of a link.
func sharedWithBridge() []string { return []string{"ipcmd/object", "ipcmd/link"} }

// seesAllObjects: the table of objects, and the monitor, which prints them all.
func seesAllObjects(room string) bool { return room == "ipcmd" || room == "ipcmd/monitor" }

// pure are the rooms that import the standard library and each other only.
func pure() []string {
	return []string{"internal/applet", "internal/printer", "internal/names", "internal/words", "internal/getopt", "internal/format"}
}

// applets are the rooms of the commands. Each may have rooms below it.
func applets() []string {
	return []string{"brctl", "ipcmd", "route", "arp", "ifconfig", "ping", "tcpdump", "bridge"}
}

func TestLibrariesHaveTheirDoors(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			for _, lib := range libraries() {
				if !below(imported, lib.path) {
					continue
				}
				if !slices.ContainsFunc(lib.rooms, func(room string) bool { return matches(room, p.room()) }) {
					t.Errorf("%s imports %s; only %v may", p.room(), imported, lib.rooms)
				}
			}
		}
	}
}

func TestPureRoomsImportNobody(t *testing.T) {
	found := 0
	for _, p := range packages(t) {
		if !slices.Contains(pure(), p.room()) {
			continue
		}
		found++
		for _, imported := range p.Imports {
			room, ours := strings.CutPrefix(imported, module+"/")
			if ours && slices.Contains(pure(), room) {
				continue
			}
			if ours || strings.Contains(strings.Split(imported, "/")[0], ".") {
				t.Errorf("%s imports %s; it may import the standard library only", p.room(), imported)
			}
		}
	}
	if found == 0 {
		t.Error("none of the pure rooms exists")
	}
}

func TestAppletsDoNotImportEachOther(t *testing.T) {
	for _, p := range packages(t) {
		from := appletOf(p.room())
		if from == "" {
			continue
		}
		for _, imported := range p.Imports {
			room, ours := strings.CutPrefix(imported, module+"/")
			to := appletOf(room)
			switch {
			case !ours || to == "":
			case from == "bridge" && slices.Contains(sharedWithBridge(), room):
			case to != from:
				t.Errorf("%s imports %s: applets never import each other", p.room(), room)
			case from == "ipcmd" && !seesAllObjects(p.room()) && !slices.Contains(sharedByObjects(), room):
				t.Errorf("%s imports %s: objects of ip share %v only", p.room(), room, sharedByObjects())
			}
		}
	}
}

// TestNobodyBelowTheDoorImportsIt keeps the table of applets out of the
// applets, which find each other through Env.Lookup.
func TestNobodyBelowTheDoorImportsIt(t *testing.T) {
	for _, p := range packages(t) {
		if appletOf(p.room()) != "" && slices.Contains(p.Imports, module+"/internal/box") {
			t.Errorf("%s imports internal/box, which imports it", p.room())
		}
	}
}

// TestHelpersOfTestsStayInTests: rooms called …test serve tests, and keep none
// of the rules of source_test.go.
func TestHelpersOfTestsStayInTests(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			if below(imported, module) && strings.HasSuffix(imported, "test") {
				t.Errorf("%s imports %s outside its tests", p.room(), imported)
			}
		}
	}
}

// appletOf returns the command that a room belongs to, or "".
func appletOf(room string) string {
	first, _, _ := strings.Cut(room, "/")
	if slices.Contains(applets(), first) {
		return first
	}
	return ""
}

// below tells whether the import path is dir or inside it, whatever its major
// version.
func below(imported, dir string) bool {
	return imported == dir || strings.HasPrefix(imported, dir+"/")
}

func matches(pattern, room string) bool {
	ok, err := path.Match(pattern, room)
	return err == nil && ok
}

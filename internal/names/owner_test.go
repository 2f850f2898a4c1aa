package names

import (
	"path/filepath"
	"testing"
)

func TestOwner(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "passwd", "# 5:x:5\nroot:x:0:0:root:/root:/bin/sh\nfive:x:5:5::/:\nalso:x:5:6::/:\nshort:x\n:x:7:7\nlast:x:4294967295:")
	file := filepath.Join(dir, "passwd")
	for id, want := range map[uint32]string{0: "root", 5: "five", 6: "", 7: "", 4294967295: "last"} {
		if name, ok := owner(file, id); name != want || ok != (want != "") {
			t.Errorf("%d: got %q, %v", id, name, ok)
		}
	}
	if _, ok := owner(filepath.Join(dir, "none"), 0); ok {
		t.Error("a name from a file that is not there")
	}
}

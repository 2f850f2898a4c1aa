package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// module is the path of this module; its rooms are named below it.
const module = "github.com/nlbox/nlbox"

// pkg is what `go list` tells about a package.
type pkg struct {
	Dir, ImportPath, Name, Doc string
	GoFiles, Imports           []string
	Standard                   bool
}

// room is the package's path inside the module: "internal/rtnl", "cmd/nlbox".
func (p pkg) room() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// packages are the packages of the module.
func packages(t *testing.T) []pkg {
	t.Helper()
	data, err := goList()
	if err != nil {
		t.Fatal(err)
	}
	var list []pkg
	for dec := json.NewDecoder(bytes.NewReader(data)); ; {
		var p pkg
		switch err := dec.Decode(&p); {
		case errors.Is(err, io.EOF):
			if len(list) < 5 {
				t.Fatalf("go list knows only %d packages", len(list))
			}
			return list
		case err != nil:
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

var goList = sync.OnceValues(func() ([]byte, error) {
	cmd := exec.Command("go", "list", "-json=Dir,ImportPath,Name,Doc,GoFiles,Imports,Standard", module+"/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.New("go list: " + err.Error() + ": " + stderr.String())
	}
	return out, nil
})

// root is the directory of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above this package")
		}
	}
}

// release is the command of README.md that builds the binary.
var release = regexp.MustCompile(`(?m)^.*go build .* -o nlbox .*$`)

// build builds the binary as it is released, from the module in dir.
func build(t *testing.T, dir string) string {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "nlbox")
	line := strings.Replace(release.FindString(string(readme)), " -o nlbox ", " -o "+out+" ", 1)
	if line == "" {
		t.Fatal("README.md names no build")
	}
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false", "PWD="+dir)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, text)
	}
	return out
}

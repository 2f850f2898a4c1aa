package house

import (
	"bytes"
	"cmp"
	"debug/elf"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// What the initialisation of all packages may allocate before main starts.
// Every call of every applet pays for it. Bytes and allocations are counted,
// not time: they are the same on every machine. Nearly all of it is due to the
// standard library.
const (
	initBytes  = 20 << 10
	initAllocs = 90
	// What a short command may cost in page faults, of which some 155 are those of
	// an empty Go program. They are most of a start's time, and a number of them
	// is the same on all machines with pages of 4 KB, but for what the environment
	// takes and what the runtime keeps for each processor beyond two.
	startFaults   = 260
	eachProcessor = 4
)

// initialises are the packages of ours that may have something to initialise: those
// that run the applets.
func initialises() []string {
	return []string{module + "/cmd/nlbox/first", module + "/cmd/nlbox/early"}
}

// initCost is one line of GODEBUG=inittrace=1.
type initCost struct {
	pkg           string
	bytes, allocs int
}

func TestStartUpBudget(t *testing.T) {
	cmd := exec.Command(build(t, root(t)), "-V")
	cmd.Args[0] = "ip"
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("ip -V: %v\n%s", err, stderr.String())
	}
	costs := initCosts(t, stderr.String())
	var sum initCost
	for _, c := range costs {
		sum.bytes += c.bytes
		sum.allocs += c.allocs
		if strings.HasPrefix(c.pkg, "github.com/urfave/") || strings.HasPrefix(c.pkg, "mvdan.cc/sh/") {
			t.Errorf("%s is initialised before an applet runs: see cmd/nlbox/early", c.pkg)
		}
		if strings.HasPrefix(c.pkg, module) && !slices.Contains(initialises(), c.pkg) {
			t.Errorf("%s has an initialisation: each touches a page of its own", c.pkg)
		}
	}
	slices.SortFunc(costs, func(a, b initCost) int { return cmp.Compare(b.bytes, a.bytes) })
	if sum.bytes > initBytes || sum.allocs > initAllocs {
		t.Errorf("initialisation takes %d bytes in %d allocations; the budget is %d in %d. The dearest packages:\n%s",
			sum.bytes, sum.allocs, initBytes, initAllocs, dearest(costs, 10))
	}
	t.Logf("%d packages initialise: %d bytes in %d allocations\n%s", len(costs), sum.bytes, sum.allocs, dearest(costs, 10))
}

func TestStartUpFaults(t *testing.T) {
	if os.Getpagesize() != 4096 {
		t.Skip("the bound is for pages of 4 KB")
	}
	binary := build(t, root(t))
	least := int64(1 << 30)
	for range 5 {
		cmd := exec.Command(binary, "link", "show", "lo")
		cmd.Args[0] = "ip"
		cmd.Env = []string{"PATH=/usr/bin:/bin"}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("ip link show lo: %v\n%s", err, out)
		}
		least = min(least, cmd.ProcessState.SysUsage().(*syscall.Rusage).Minflt)
	}
	t.Logf("%d page faults", least)
	if bound := int64(startFaults + eachProcessor*max(0, runtime.NumCPU()-2)); least > bound {
		t.Errorf("ip link show lo takes %d page faults; the bound is %d", least, bound)
	}
}

func dearest(costs []initCost, n int) string {
	var out strings.Builder
	for _, c := range costs[:min(n, len(costs))] {
		fmt.Fprintf(&out, "\t%7d bytes %4d allocations  %s\n", c.bytes, c.allocs, c.pkg)
	}
	return out.String()
}

var traceLine = regexp.MustCompile(`(?m)^init (\S+) @\S+ ms, \S+ ms clock, (\d+) bytes, (\d+) allocs$`)

func initCosts(t *testing.T, trace string) []initCost {
	t.Helper()
	var costs []initCost
	for _, m := range traceLine.FindAllStringSubmatch(trace, -1) {
		bytes, _ := strconv.Atoi(m[2])
		allocs, _ := strconv.Atoi(m[3])
		costs = append(costs, initCost{m[1], bytes, allocs})
	}
	if len(costs) == 0 {
		t.Fatalf("no trace of the initialisation:\n%s", trace)
	}
	return costs
}

func TestBinaryIsStatic(t *testing.T) {
	file, err := elf.Open(build(t, root(t)))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("the binary has a %v segment", p.Type)
		}
	}
	if len(file.Progs) == 0 {
		t.Error("the binary has no segments")
	}
}

// TestBuildIsReproducible builds from two copies of the tree in different
// places.
func TestBuildIsReproducible(t *testing.T) {
	if testing.Short() {
		t.Skip("two builds take their time")
	}
	var builds [2][]byte
	for i := range builds {
		dir := filepath.Join(t.TempDir(), strings.Repeat("deeper/", i), "copy"+strconv.Itoa(i))
		copyTree(t, root(t), dir)
		data, err := os.ReadFile(build(t, dir))
		if err != nil {
			t.Fatal(err)
		}
		builds[i] = data
	}
	if !bytes.Equal(builds[0], builds[1]) {
		t.Errorf("two builds of the same source differ (%d and %d bytes)", len(builds[0]), len(builds[1]))
	}
}

// copyTree copies what a build needs: everything but hidden directories.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && rel != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		case !d.Type().IsRegular():
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

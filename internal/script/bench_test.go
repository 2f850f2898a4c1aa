package script

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/nlbox/nlbox/internal/applet"
)

// copies is how often a script does what the article does.
const copies = 100

// articleAgain builds what the article builds, and tears it down, a hundred times.
const articleAgain = `
ip link add eth0 type veth peer name far; ip link set eth0 up
i=0
while [ $i -lt $1 ]; do
	i=$((i + 1))
	brctl addbr br0
	ip link set br0 up
	ip addr add 10.211.55.122/24 dev br0
	ip netns add ns1
	ip link add veth1a type veth peer name veth1b
	ip link set veth1a netns ns1
	ip netns exec ns1 ip addr add 10.244.1.2/24 dev veth1a
	ip netns exec ns1 ip link set veth1a up
	ip link set veth1b up
	brctl addif br0 veth1b
	brctl addif br0 eth0
	ip netns exec ns1 route add default dev veth1a
	ip link del veth1b
	ip netns del ns1
	ip link del br0
done
ip link del eth0
`

// articleMany builds it a hundred times side by side, and tears all down at the end.
const articleMany = `
i=0
while [ $i -lt $1 ]; do
	i=$((i + 1))
	ip link add eth$i type veth peer name far$i
	ip link set eth$i up
	brctl addbr br$i
	ip link set br$i up
	ip addr add 10.211.55.122/24 dev br$i
	ip netns add ns$i
	ip link add veth${i}a type veth peer name veth${i}b
	ip link set veth${i}a netns ns$i
	ip netns exec ns$i ip addr add 10.244.1.2/24 dev veth${i}a
	ip netns exec ns$i ip link set veth${i}a up
	ip link set veth${i}b up
	brctl addif br$i veth${i}b
	brctl addif br$i eth$i
	ip netns exec ns$i route add default dev veth${i}a
done
while [ $i -gt 0 ]; do
	ip link del veth${i}b
	ip netns del ns$i
	ip link del br$i
	ip link del eth$i
	i=$((i - 1))
done
`

// BenchmarkArticle measures a hundred copies of the article's work in wall time and
// in processor time (of this process and its children), done by sh with the
// original tools, by this package, and by nothing but the requests to the kernel.
// What the kernel does later, on its own account, is in no one's processor time.
func BenchmarkArticle(b *testing.B) {
	for _, shape := range []struct {
		name, script string
		floor        func(*floor) error
	}{{"Again", articleAgain, (*floor).again}, {"Many", articleMany, (*floor).many}} {
		b.Run(shape.name+"/sh", func(b *testing.B) {
			for _, tool := range []string{"/sbin/ip", "/sbin/brctl", "/sbin/route"} {
				if _, err := os.Stat(tool); err != nil {
					b.Skip("no original: ", err)
				}
			}
			measure(b, func() {
				cmd := exec.Command("sh", "-c", shape.script, "sh", strconv.Itoa(copies))
				cmd.Env = environ()
				if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
					b.Fatalf("%v: %s", err, out)
				}
			})
		})
		b.Run(shape.name+"/run", func(b *testing.B) {
			measure(b, func() {
				r := run(b, shape.script, func(_ *applet.Env, p *Plan) { p.Args = []string{strconv.Itoa(copies)} })
				if r.status != 0 || r.errs != "" {
					b.Fatalf("%+v", r)
				}
			})
		})
		b.Run(shape.name+"/floor", func(b *testing.B) {
			measure(b, func() {
				if err := onFloor(shape.floor); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

// measure reports milliseconds per run. What the kernel has still to tear down of
// the run before is waited for: it is not the next one's.
func measure(b *testing.B, fn func()) {
	var wall, cpu time.Duration
	for b.Loop() {
		b.StopTimer()
		settle()
		before, start := usage(b), time.Now()
		b.StartTimer()
		fn()
		wall += time.Since(start)
		cpu += usage(b) - before
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(wall.Microseconds())/1000/float64(b.N), "wall-ms")
	b.ReportMetric(float64(cpu.Microseconds())/1000/float64(b.N), "cpu-ms")
}

// settle waits for namespaces that are being torn down: a new one is made when they
// are gone.
func settle() {
	exec.Command("unshare", "-n", "true").Run()
	time.Sleep(200 * time.Millisecond)
}

// usage is the processor time of this process and of the children that have ended.
func usage(b *testing.B) (total time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			b.Fatal(err)
		}
		total += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return total
}

// BenchmarkCall is what a call costs beside what the applet does: ns per call.
func BenchmarkCall(b *testing.B) {
	for b.Loop() {
		r := run(b, "i=0; while [ $i -lt 1000 ]; do i=$((i + 1)); quiet one two three; quiet one two three; done", func(env *applet.Env, _ *Plan) {
			env.Lookup = func(name string) (applet.Main, bool) {
				return func(*applet.Env) error { return nil }, name == "quiet"
			}
		})
		if r.status != 0 {
			b.Fatalf("%+v", r)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/2000, "ns/call")
}

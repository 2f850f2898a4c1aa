package script

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nlbox/nlbox/internal/applet"
)

// article is what the article builds, and how it is torn down.
const article = `
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

// BenchmarkArticle gives the ratio of sh with the original tools to this package,
// in wall time and in processor time. Much of both is the kernel's own work.
func BenchmarkArticle(b *testing.B) {
	for _, tool := range []string{"/sbin/ip", "/sbin/brctl", "/sbin/route"} {
		if _, err := os.Stat(tool); err != nil {
			b.Skip("no original: ", err)
		}
	}
	const times = "100"
	for b.Loop() {
		start, cpu := time.Now(), usage(b, syscall.RUSAGE_CHILDREN)
		cmd := exec.Command("sh", "-c", article, "sh", times)
		cmd.Env = environ()
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			b.Fatalf("%v: %s", err, out)
		}
		shWall, shCPU := time.Since(start), usage(b, syscall.RUSAGE_CHILDREN)-cpu

		start, cpu = time.Now(), usage(b, syscall.RUSAGE_SELF)
		r := run(b, article, func(_ *applet.Env, p *Plan) { p.Args = strings.Fields(times) })
		if r.status != 0 || r.errs != "" {
			b.Fatalf("%+v", r)
		}
		wall, own := time.Since(start), usage(b, syscall.RUSAGE_SELF)-cpu
		b.ReportMetric(float64(shWall)/float64(wall), "wall-ratio")
		b.ReportMetric(float64(shCPU)/float64(own), "cpu-ratio")
	}
}

func usage(b *testing.B, who int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

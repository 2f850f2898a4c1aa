// Package rehearse is a laboratory of network hosts on this machine: scripts run
// on them as on real ones, without root, without virtual machines and without a
// trace. It is what `nlbox rehearse` does.
//
// Its parts, in the order of a run:
//
//	lab.go, labfile.go,  what is to be built (Lab), as plain data and as a file
//	article.go
//	plan.go              what is to be done there (Plan)
//	outer.go, refuse.go  the process that is called: it starts itself anew in
//	                     namespaces of its own, waits, and says why the kernel
//	                     refuses where it does
//	inside.go            the process inside, which is PID 1 of the laboratory
//	mounts.go, host.go,  the hosts, and the LANs between them
//	wires.go, ready.go
//	original.go,         the state of a live host, which a lab is made like: handed
//	clone.go, rebuild.go to the process inside, turned into a lab, and rebuilt
//	children.go, run.go  scripts, and the prompt, on a host
//	capture.go, keep.go  what passes on the cables, to files; hosts to enter from
//	                     outside
//	forecast.go          a clone before and after its scripts
//	story.go             the article's commands, and what they showed
//
// Everything lives in the namespaces of the process inside. It dies with the
// process that started it, however that ends, and then the kernel takes away
// what there was: processes, interfaces, mounts and temporary files.
//
// It may import the standard library, x/sys/unix, vishvananda/netlink (which
// wires the lab), go-internal/txtar (lab files), internal/applet, format, rtnl, snapshot,
// forecast, progress and topology.
package rehearse

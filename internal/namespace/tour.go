package namespace

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
)

// A Tour goes from one namespace to the next, and comes back at its end. What each
// visit would ask anew and be told the same, it asks once.
type Tour struct {
	env *applet.Env
	etc bool        // there is an EtcDir
	own applet.Main // that Exec's command was found to be; nil is not looked for yet, or a program
}

// Travel runs fn, which visits namespaces; env is that of the calls there, which
// do not have the process for themselves.
func Travel(env *applet.Env, fn func(*Tour) error) error {
	t := &Tour{env: env, etc: unix.Access(EtcDir, unix.F_OK) == nil}
	_, err := away(func() error { return fn(t) })
	return err
}

// Visit is Run in the course of a tour. It leaves the calling thread in the
// namespace, from where the next visit begins.
func (t *Tour) Visit(name string, fn func() error) error {
	warn := func(line string) { t.env.Warn(line + "\n") }
	return visit(t.env, name, t.etc && hasEtc(name), warn, fn)
}

// Exec visits the namespace and runs the command there, as the package's Exec does.
// It is the same command at each call.
func (t *Tour) Exec(name string, argv []string) error {
	return t.Visit(name, func() error {
		// In a namespace with files of its own the search may end elsewhere.
		if t.own != nil && t.env.Mounts != nil {
			t.env.Stdout.Flush()
			return runApplet(t.env, t.own, argv)
		}
		return execute(t.env, argv, &t.own)
	})
}

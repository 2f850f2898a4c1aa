// Package house holds the rules of the house as tests, and nothing else: who
// may import whom, what only cmd/ may do, what start-up may cost, and what the
// binary must be. A rule that no test keeps is a wish.
package house

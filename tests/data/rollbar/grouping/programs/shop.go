// SPDX-License-Identifier: Apache-2.0

// Fails in many ways, and reports each failure with rollbar-go. Arguments: endpoint, rounds.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"sync"

	"github.com/rollbar/rollbar-go"
)

var errDeclined = errors.New("declined")

type outOfStock struct{ sku int }

func (e *outOfStock) Error() string { return fmt.Sprintf("sku %d is gone", e.sku) }

type repo struct{ orders map[int]*order }
type order struct{ lines []string }

func (r *repo) load(id int) *order     { return r.orders[id] }
func (r *repo) first(id int) string    { return r.load(id).lines[0] }
func (r *repo) save(id int)            { r.orders[id] = &order{} }
func pick(items []int, at int) int     { return items[at] }
func share(total, people int) int      { return total / people }
func asText(value any) string          { return value.(string) }
func walk(items []int, left int) int {
	if left == 0 {
		return pick(items, 3+rand.Intn(9))
	}
	return walk(items, left-1)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func each(items []int, work func(int)) {
	for _, item := range items {
		work(item)
	}
}

func inGoroutine(work func()) {
	var done sync.WaitGroup
	var failure any
	done.Add(1)
	go func() {
		defer done.Done()
		defer func() { failure = recover() }()
		work()
	}()
	done.Wait()
	panic(failure)
}

var cases = map[string]func(){
	"nil order": func() { (&repo{}).first(rand.Intn(1e6)) },
	"no lines": func() {
		id := rand.Intn(1e6)
		(&repo{map[int]*order{id: {}}}).first(id)
	},
	"nil map":   func() { (&repo{}).save(rand.Intn(1e6)) },
	"index":     func() { pick([]int{1}, 1+rand.Intn(90)) },
	"zero":      func() { share(rand.Intn(90), 0) },
	"assertion": func() { asText(rand.Intn(90)) },
	"walk":      func() { walk([]int{1}, rand.Intn(12)) },
	"atoi":      func() { must(strconv.Atoi(fmt.Sprintf("n%d", rand.Intn(1e6)))) },
	"file":      func() { must(os.ReadFile(fmt.Sprintf("/tmp/shop-%x/a", rand.Int63()))) },
	"json":      func() { must(0, json.Unmarshal([]byte(fmt.Sprintf("{%d", rand.Intn(1e6))), &order{})) },
	"declined":  func() { panic(errDeclined) },
	"lease":     func() { panic(errors.New("lease " + strconv.Itoa(rand.Intn(1e6)) + " ran out")) },
	"stock":     func() { panic(&outOfStock{rand.Intn(1e6)}) },
	"wrapped":   func() { panic(fmt.Errorf("order %d: %w", rand.Intn(1e6), &outOfStock{rand.Intn(1e6)})) },
	"closure":   func() { each([]int{7}, func(at int) { pick(nil, at+rand.Intn(9)) }) },
	"goroutine": func() { inGoroutine(func() { pick(nil, rand.Intn(9)) }) },
	/*deploy*/
}


func report(label string, run func()) {
	defer func() {
		err, ok := recover().(error)
		if !ok {
			err = errors.New("not an error")
		}
		rollbar.ErrorWithStackSkipWithExtras(rollbar.ERR, err, 3,
			map[string]interface{}{"label": "go " + label})
	}()
	run()
}

func main() {
	rounds, _ := strconv.Atoi(os.Args[2])
	rollbar.SetToken("00000000000000000000000000000000")
	rollbar.SetEnvironment("production")
	rollbar.SetEndpoint(os.Args[1])
	rollbar.SetServerRoot(os.Args[3])
	for round := 0; round < rounds; round++ {
		for label, run := range cases {
			report(label, run)
		}
	}
	rollbar.Close()
}

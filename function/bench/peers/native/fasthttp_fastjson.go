// A peer: Go, fasthttp, fastjson and ONNX Runtime's C API, with as little work as the contract of POST /predict allows.
//
// Takes one row or an array of rows, with the features by name in any order, each of them a number; otherwise answers 4xx
// with the names. It has no interval, ranges, log or metrics, and limits only the body.
package main

/*
#cgo LDFLAGS: -ldl
#include "model.h"
*/
import "C"

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fastjson"
)

const maxBody = 2_000_000

var (
	model    C.Model
	names    [C.FEATURES]string
	features = map[string]int{}
	workers  = sync.Pool{New: func() any { return new(worker) }}
)

// What a request needs, used again for later ones.
type worker struct {
	json        fastjson.Parser
	rows        []float64
	predictions []float64
	answer      []byte
}

func (w *worker) readRow(value *fastjson.Value) error {
	members, err := value.Object()
	if err != nil {
		return err
	}
	var row [C.FEATURES]float64
	seen, likely := 0, 0
	var fault error
	members.Visit(func(key []byte, value *fastjson.Value) {
		place := likely
		if likely == len(names) || string(key) != names[likely] {
			found, known := features[string(key)]
			if !known {
				return
			}
			place = found
		}
		number, err := value.Float64()
		if err != nil {
			fault = fmt.Errorf("%s is no number", key)
		}
		if seen>>place&1 == 1 {
			fault = fmt.Errorf("%s is given twice", key)
		}
		row[place] = number
		seen |= 1 << place
		likely = place + 1
	})
	if fault == nil && seen != 1<<len(names)-1 {
		fault = missing(seen)
	}
	w.rows = append(w.rows, row[:]...)
	return fault
}

func missing(seen int) error {
	var absent []string
	for place, name := range names {
		if seen>>place&1 == 0 {
			absent = append(absent, name)
		}
	}
	return fmt.Errorf("missing: %s", strings.Join(absent, ", "))
}

// Returns whether the body is an array.
func (w *worker) readRows(body []byte) (bool, error) {
	w.rows = w.rows[:0]
	document, err := w.json.ParseBytes(body)
	if err != nil {
		return false, err
	}
	if document.Type() != fastjson.TypeArray {
		return false, w.readRow(document)
	}
	rows, err := document.Array()
	for _, row := range rows {
		if err == nil {
			err = w.readRow(row)
		}
	}
	return true, err
}

func (w *worker) predict() {
	count := len(w.rows) / len(names)
	if cap(w.predictions) < count {
		w.predictions = make([]float64, count)
	}
	w.predictions = w.predictions[:count]
	if count > 0 {
		C.run_model(&model, (*C.double)(unsafe.Pointer(&w.rows[0])), C.int64_t(count),
			(*C.double)(unsafe.Pointer(&w.predictions[0])))
	}
}

func (w *worker) write(array bool) []byte {
	answer := w.answer[:0]
	if array {
		answer = append(answer, '[')
	}
	for i, prediction := range w.predictions {
		if i > 0 {
			answer = append(answer, ',')
		}
		answer = append(answer, `{"status":"ok","predict":`...)
		answer = strconv.AppendFloat(answer, prediction, 'g', -1, 64)
		answer = append(answer, '}')
	}
	if array {
		answer = append(answer, ']')
	}
	w.answer = answer
	return answer
}

func handle(request *fasthttp.RequestCtx) {
	if string(request.Path()) != "/predict" || !request.IsPost() {
		refuse(request, 404, fmt.Errorf("there is POST /predict"))
		return
	}
	w := workers.Get().(*worker)
	defer workers.Put(w)
	array, err := w.readRows(request.PostBody())
	if err != nil {
		refuse(request, 400, err)
		return
	}
	w.predict()
	request.SetContentType("application/json")
	request.SetBody(w.write(array))
}

func refuse(request *fasthttp.RequestCtx, status int, err error) {
	request.SetStatusCode(status)
	request.SetContentType("application/problem+json")
	fmt.Fprintf(request, `{"title":"Refused","detail":%q}`, err)
}

func main() {
	model = C.load_model(C.CString(os.Getenv("ONNX_RUNTIME")), C.CString(os.Getenv("MODEL_LOCATION")))
	for i := range names {
		names[i] = C.GoString(C.feature_name(C.int(i)))
		features[names[i]] = i
	}
	server := &fasthttp.Server{Handler: handle, MaxRequestBodySize: maxBody, NoDefaultServerHeader: true}
	fmt.Fprintln(os.Stderr, server.ListenAndServe("127.0.0.1:"+os.Args[1]))
	os.Exit(1)
}

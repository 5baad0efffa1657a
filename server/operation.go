package server

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// operation is what the edge knows of one operation of the contract. It is made once and only read afterwards.
type operation struct {
	id, method string
	// path is as echo writes it: /v4/appointment/:id.
	path string
	// template is as the contract writes it: /v4/appointment/{id}.
	template string
	scope    string
	// actingUserOptional says that a platform key need not name a user.
	actingUserOptional bool
	credentials        []credential
	params             []*param
	queryParams        int
	body               *bodyCheck
}

// operations compiles all operations of a document, by id. It fails on whatever the edge could not enforce: an operation
// without scope, without credential, with a parameter or body it does not read.
func operations(doc *openapi3.T, limit int64) (map[string]*operation, error) {
	return compile(doc, limit, (*operation).protect)
}

// compile is operations, with protect to note who may call each.
func compile(doc *openapi3.T, limit int64, protect func(*operation, *openapi3.T, *openapi3.Operation) error) (map[string]*operation, error) {
	all := map[string]*operation{}
	built := shapes{}
	var errs []error
	for path, item := range doc.Paths.Map() {
		for method, spec := range item.Operations() {
			o, err := newOperation(path, method, item, spec, limit, built)
			if err == nil {
				err = protect(o, doc, spec)
			}
			switch {
			case err != nil:
				errs = append(errs, fmt.Errorf("%s %s: %w", method, path, err))
			case all[o.id] != nil:
				errs = append(errs, fmt.Errorf("%s %s: operationId %s is taken", method, path, o.id))
			default:
				all[o.id] = o
			}
		}
	}
	return all, errors.Join(errs...)
}

func newOperation(path, method string, item *openapi3.PathItem, spec *openapi3.Operation, limit int64, built shapes) (*operation, error) {
	o := &operation{id: spec.OperationID, method: method, path: echoPath(path), template: path}
	if o.id == "" {
		return nil, errors.New("no operationId")
	}
	var err error
	for _, ref := range slices.Concat(item.Parameters, spec.Parameters) {
		if strings.EqualFold(ref.Value.Name, headerIdempotencyKey) {
			continue // checked by itself
		}
		p, err := newParam(ref.Value)
		if err != nil {
			return nil, err
		}
		o.params = append(o.params, p)
		if p.in == openapi3.ParameterInQuery {
			o.queryParams++
		}
	}
	if spec.RequestBody != nil {
		if o.body, err = newBodyCheck(spec.RequestBody.Value, limit, built); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// protect notes what a caller must be allowed to.
func (o *operation) protect(doc *openapi3.T, spec *openapi3.Operation) (err error) {
	if o.scope, _ = spec.Extensions["x-scope"].(string); o.scope == "" {
		return errors.New("no x-scope")
	}
	switch acting := spec.Extensions["x-acting-user"]; acting {
	case nil:
	case "optional":
		o.actingUserOptional = true
	default:
		return fmt.Errorf("x-acting-user: %v is not known", acting)
	}
	o.credentials, err = credentials(doc, spec)
	return err
}

// unprotected notes that anybody may call the operation.
func (o *operation) unprotected(doc *openapi3.T, spec *openapi3.Operation) error {
	if len(doc.Security) > 0 || spec.Security != nil {
		return errors.New("has security, which nobody would enforce")
	}
	return nil
}

// echoPath writes /a/{id} as /a/:id.
func echoPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// validate checks a request against the contract: parameters, Idempotency-Key and body, all faults in one error. The body
// is read here and nowhere earlier; it is nil when there is none.
func (o *operation) validate(c echo.Context) (b *body, key string, err error) {
	found := faults(nil)
	if len(o.params) > 0 {
		found = o.checkParams(c)
	}
	if o.method == http.MethodPost {
		var wrong faults
		key, wrong = idempotencyKey(c.Request().Header)
		found = append(found, wrong...)
	}
	if o.body != nil {
		var wrong faults
		if b, wrong, err = o.body.read(c.Request()); err != nil {
			return nil, "", err
		}
		found = append(found, wrong...)
	}
	if len(found) > 0 {
		b.release()
		return nil, "", &Problem{Status: http.StatusBadRequest, Messages: found.messages()}
	}
	return b, key, nil
}

package trace

// span says that from byte at on, a text was printed at a place of a template,
// or nobody knows where.
type span struct {
	at    int
	place *place
}

// printed is what a template printed, without marks.
type printed struct {
	text  string
	spans []span // in the order of the text; of several at one byte the last is the innermost
}

// reader takes the marks out of a text.
type reader struct {
	printed
	clean []byte
	// actions are those that are printing, the outermost first.
	actions []frame
	// textEnd is where the text ends that was marked last, or -1.
	textEnd int
}

// frame is an action that prints, and the one to be named for it: what goes
// through a helper without text was printed by whoever called the helper.
type frame struct{ action, named *place }

// read takes the marks out of a text. What an action prints without marks of
// its own, such as the rest of a value after what tpl has included, was printed
// by that action.
func read(text string, places []*place) *printed {
	r := &reader{textEnd: -1, clean: make([]byte, 0, len(text))}
	for len(text) > 0 {
		if n, ok := decode(text); ok && n < len(places) {
			r.mark(places[n])
			text = text[markSize:]
			continue
		}
		end := nextLead(text)
		r.clean = append(r.clean, text[:end]...)
		text = text[end:]
	}
	r.endText()
	r.text = string(r.clean)
	return &r.printed
}

func (r *reader) mark(p *place) {
	r.endText()
	switch {
	case p.ends != nil:
		for i := len(r.actions) - 1; i >= 0; i-- {
			if r.actions[i].action == p.ends {
				r.actions = r.actions[:i]
				break
			}
		}
		p = r.action()
	case p.action:
		f := frame{p, p}
		if outer := r.action(); p.through && outer != nil {
			f.named = outer
		}
		r.actions = append(r.actions, f)
		p = f.named
	default:
		r.textEnd = len(r.clean) + p.length
	}
	r.spans = append(r.spans, span{len(r.clean), p})
}

// endText hands on to the action that prints, where a text ended before here.
func (r *reader) endText() {
	if r.textEnd >= 0 && r.textEnd < len(r.clean) {
		r.spans = append(r.spans, span{r.textEnd, r.action()})
	}
	r.textEnd = -1
}

// action is the innermost that prints, or nil.
func (r *reader) action() *place {
	if len(r.actions) == 0 {
		return nil
	}
	return r.actions[len(r.actions)-1].named
}

// Package trace tells from which line of a chart's templates a rendered field
// came.
//
// Marks.Mark returns a copy of a chart whose templates print an invisible mark, two
// characters of Unicode's private planes, in front of every line of text and of
// every action's output. Helm's own engine renders the copy; the marks are then
// taken out of the text, and each of them says from where on a certain place of
// a certain template did the printing. YAML is read only after that.
//
// The templates themselves must not notice. What they print is marked, through
// include, tpl, indent and nindent; wherever a text goes anywhere else (a
// variable, a condition, sha256sum, trunc, fromYaml, …) a template of ours takes
// its marks out first. A chart that notices all the same prints other objects
// than before, and where it came from is then called a guess.
package trace

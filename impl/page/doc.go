// Package page serves the pages that links in mails open: an attendee
// confirms a request, moves or cancels an appointment, a host approves or
// declines, anybody learns what a one-time link is for.
//
// A page shows how things stand and has one form for each thing that can be
// done. GET and HEAD change nothing, because programs that scan mail follow
// links; a POST to a path below the page acts, and is answered with a
// redirect back to the page. A POST that came too late is answered with the
// page as it is by then, which says so.
//
// What authorises is the secret of the link: a query parameter of the page, a
// hidden field of its forms. Nobody is logged in and there are no cookies.
// The pages need no script and load nothing.
package page

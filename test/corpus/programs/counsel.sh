#!/usr/bin/guile --no-auto-compile
!#
;; counsel.sh DOCUMENT SECONDS (in Guile): has a document shortened whose longest paragraphs count most. The agent logs in with its token. A first call is
;; taken back in the middle (a continuation leads out of it), since the service has not said anything for so long; by a second all is sent at once.
(use-modules (ice-9 binary-ports) (ice-9 control) (ice-9 match) (ice-9 textual-ports) (rnrs bytevectors) (srfi srfi-1) (srfi srfi-26))

(define (whole path) (call-with-input-file path get-string-all))

(define (paragraphs text)
  (let loop ((lines (string-split text #\newline)) (this '()) (all '()))
    (match lines
      (() (reverse (if (null? this) all (cons (string-join (reverse this) " ") all))))
      (("" . rest) (loop rest '() (if (null? this) all (cons (string-join (reverse this) " ") all))))
      ((line . rest) (loop rest (cons line this) all)))))

(define (called)
  (let ((peer (socket PF_INET SOCK_STREAM 0)))
    (connect peer AF_INET (inet-pton AF_INET "198.51.100.10") 443)
    peer))

(define (answered? peer seconds) (pair? (car (select (list peer) '() '() seconds))))

(define (said peer text)
  (put-bytevector peer (string->utf8 text))
  (force-output peer))

;; The first call hears nothing, since nothing is said by it that ends a line.
(define (impatient token seconds)
  (call/ec
   (lambda (given-up)
     (let ((peer (called)))
       (unless (answered? peer seconds)
         (setsockopt peer SOL_SOCKET SO_LINGER '(1 . 0))
         (close-port peer)
         (given-up #f))
       peer))))

(define (patient token parts)
  (let ((peer (called)))
    (said peer (string-append "Authorization: Bearer " (string-trim-right token) "\n"))
    (for-each (lambda (part) (said peer (string-append part "\n")) (usleep 20000)) parts)
    (shutdown peer 1)
    (unless (answered? peer 15) (exit 9))
    (let ((answer (get-bytevector-all peer)))
      (close-port peer)
      (when (eof-object? answer) (exit 9))
      (utf8->string answer))))

(match (command-line)
  ((_ document seconds)
   (let* ((parts (sort (paragraphs (whole document)) (lambda (one other) (> (string-length one) (string-length other)))))
          (token (whole (string-append (getenv "HOME") "/.config/notes-agent/token"))))
     (when (impatient token (string->number seconds)) (exit 9))
     (format #t "~a: ~a paragraphs, ~a" document (length parts) (patient token (take parts (min 12 (length parts))))))))

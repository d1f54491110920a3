#!/usr/bin/gsi-script
; errand.sh DOCUMENT HOST PORT SECONDS (in Gambit Scheme): gives a document to a service as an errand, asks now and then how far it is, and fetches what came of it. A service that has forgotten the errand
; is given it once more. What is fetched is kept under a name that says that it is not whole until it is.

(define (whole path)
  (call-with-input-file path (lambda (port) (let ((text (read-line port #f))) (if (eof-object? text) "" text)))))

(define (bytes text) (string->utf8 text))

(define (called host port)
  (let ((link (open-tcp-client (list server-address: host port-number: port char-encoding: 'UTF-8 eol-encoding: 'lf))))
    (input-port-timeout-set! link 6)
    link))

(define (said link . words)
  (for-each (lambda (each) (display each link)) words)
  (newline link)
  (force-output link)
  (read-line link))

(define (starts? text with)
  (and (string? text) (>= (string-length text) (string-length with)) (string=? (substring text 0 (string-length with)) with)))

(define (rest text at) (substring text at (string-length text)))

(define (main document host port seconds)
  (let* ((text (whole document))
         (given (u8vector-length (bytes text)))
         (pause (string->number seconds))
         (kept (string-append document ".sv")))
    (define (fetched turns)
      (if (> turns 40) (exit 75))
      (let* ((link (called host (string->number port)))
             (answer (begin (display "ERRAND en sv " link) (said link given "\n" text)))
             (number (if (starts? answer "NUMBER ") (rest answer 7) (exit 76))))
        (close-port link)
        (let asked ((turns turns))
          (thread-sleep! (+ 0.1 (/ pause 3)))
          (let* ((link (called host (string->number port)))
                 (state (said link "HOW " number)))
            (cond ((starts? state "DONE ")
                   (display (string-append "FETCH " number "\n") link)
                   (force-output link)
                   (let ((got (read-line link #f)))
                     (close-port link)
                     got))
                  ((starts? state "AT ") (close-port link) (asked (+ turns 1)))
                  (else (close-port link) (fetched (+ turns 1))))))))
    (let ((got (fetched 0)))
      (call-with-output-file (string-append kept ".part") (lambda (out) (display got out)))
      (rename-file (string-append kept ".part") kept)
      (exit 0))))

/** Whose behaviour it is: a declared task, a systemd unit without a task, or a process of neither. */
export type SubjectName = string & { readonly __brand?: 'SubjectName' }

/** Processes that are of no task and of no unit. */
export const UNDECLARED: SubjectName = 'undeclared'
/** All subjects together; nothing is learned of it by itself. */
export const FLEET: SubjectName = 'fleet'

export function subjectOf(task: string, service: string): SubjectName {
  if (task !== '') return `task/${task}`
  return service === '' ? UNDECLARED : `service/${unitShape(service)}`
}

/** Instances of one template are one service, and so are sessions and scopes that carry a number. */
function unitShape(unit: string): string {
  return unit.replace(/@[^.]*(?=\.)/, '@').replace(/\d+(?=\.scope$)/, '{n}')
}

/** `task summarize-document`, as a person reads it. */
export function subjectInWords(subject: SubjectName): string {
  const at = subject.indexOf('/')
  if (at !== -1) return `${subject.slice(0, at)} ${subject.slice(at + 1)}`
  return subject === UNDECLARED ? 'processes without a task' : 'the fleet'
}

/** `this task`, in a sentence about it. */
export function thisSubject(subject: SubjectName): string {
  if (subject.startsWith('task/')) return 'this task'
  return subject.startsWith('service/') ? 'this service' : 'such a process'
}

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file sgauth.h
 * @brief Ask the user's authentication daemon who the user is, and with what credential.
 *
 * One call gets a working credential of a Flow Production Tracking site, without a prompt, and without a
 * network round trip where the daemon knows it to be good. C++ programs use sgauth.hpp.
 *
 * @code
 *   sgauth_agent *agent = NULL;
 *   if (sgauth_open(NULL, &agent) != SGAUTH_OK)
 *       return out_of_memory();
 *   const char *forms[] = {SGAUTH_FORM_SESSION_TOKEN};
 *   sgauth_credential_query query = {sizeof query};
 *   query.forms = forms;
 *   query.form_count = 1;
 *   sgauth_result *result = NULL;
 *   if (sgauth_get_credential(agent, &query, &result) == SGAUTH_OK)
 *       use(sgauth_result_session(result, 0)->site, sgauth_result_credential(result)->token);
 *   else
 *       fprintf(stderr, "%s\n", sgauth_result_message(result));
 *   sgauth_result_free(result);
 *   sgauth_close(agent);
 * @endcode
 *
 * @par Threads
 * Any number of threads may use one sgauth_agent at a time; none waits for another's call. A sgauth_result
 * belongs to one thread at a time. A sgauth_watch is read by one thread at a time; a second one gets
 * #SGAUTH_USAGE. Closing a handle while another thread is in a call with it is an error of the program.
 *
 * @par fork
 * A child goes on with its parent's handles and opens connections of its own; calls that other threads of the
 * parent were in do not exist in the child. Results live on in both.
 *
 * @par Time
 * Every call has a deadline, `timeout_ms` in milliseconds: 0 means the default that is documented with the
 * call, less than 0 is #SGAUTH_USAGE. A call that runs out of time returns #SGAUTH_UNREACHABLE with the error
 * name "TimedOut". Only the look into the user database before a start (getpwuid_r) may outlast it, where the
 * name service hangs. Times in structures are Unix seconds; -1 where nothing is known.
 *
 * @par Queries
 * Each query starts with its size, so that it can grow: set `size = sizeof query` and all that you do not use
 * to zero. A query of a newer header is taken as long as what this library does not know is zero, else
 * #SGAUTH_USAGE. Texts are UTF-8, and what is not is #SGAUTH_USAGE. The library keeps none of your pointers.
 *
 * @par What the library does to its process
 * It raises no SIGPIPE, never exits, starts no thread, keeps nothing global, opens every descriptor
 * close-on-exec and above 2, and can be unloaded once its handles are closed. Starting the daemon forks (see
 * sgauth_options::no_start): the host may then see up to three SIGCHLD, seldom more.
 */
#ifndef SGAUTH_H
#define SGAUTH_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define SGAUTH_API __attribute__((visibility("default")))
#else
#define SGAUTH_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** How a call ended. The numbers are the exit codes of the `sgauth` command. */
typedef enum sgauth_status {
    SGAUTH_OK = 0,
    SGAUTH_FAILED = 1,      /**< not available, out of memory, and everything without a number of its own */
    SGAUTH_USAGE = 2,       /**< a bad argument, no such site's address, or several sessions would fit */
    SGAUTH_NO_SESSION = 3,  /**< no usable session: none, expired, or not for that long; a login is needed */
    SGAUTH_REFUSED = 4,     /**< the site refused the password, code or key in this call */
    SGAUTH_UNREACHABLE = 5, /**< the site could not be asked, or the time was over */
    SGAUTH_DENIED = 6,      /**< locked, or forbidden by a policy or a limit */
    SGAUTH_NO_DAEMON = 7,   /**< no daemon, one that broke off, or a listener that is not this user's */
    SGAUTH_CANCELLED = 130  /**< the person cancelled */
} sgauth_status;

/** The forms of a credential. */
#define SGAUTH_FORM_SESSION_TOKEN "session_token"
#define SGAUTH_FORM_SCRIPT_KEY "script_key"
#define SGAUTH_FORM_BEARER "bearer"

/** The daemon, as this program reaches it. Keeps at most one connection open between calls. */
typedef struct sgauth_agent sgauth_agent;
/** What a call returned, with all its text. Valid until sgauth_result_free(). */
typedef struct sgauth_result sgauth_result;
/** A stream of events, on a connection of its own. Lives on when the agent is closed. */
typedef struct sgauth_watch sgauth_watch;

/* --- what is asked --- */
typedef struct sgauth_options {
    size_t size;
    const char* socket; /**< the daemon's socket, an absolute path; NULL: the usual one */
    int no_start;       /**< not 0: never start the daemon, as with SGAUTH_AUTOSTART=0 */
} sgauth_options;

typedef struct sgauth_query {
    size_t size;
    const char* site; /**< any spelling of its address; NULL: the default site */
    const char* user; /**< login or script name; NULL: the site's default user */
    int timeout_ms;   /**< default 30 s */
} sgauth_query;

typedef struct sgauth_credential_query {
    size_t size;
    const char* site;         /**< as in sgauth_query */
    const char* user;         /**< as in sgauth_query */
    const char* const* forms; /**< what you can use, best first: SGAUTH_FORM_...; required */
    size_t form_count;        /**< at least 1 */
    int64_t min_valid_s;      /**< how long it has to last, in seconds; 0: any time */
    int prompt;     /**< not 0: you can wait for a person to log in; without it nobody is ever waited for */
    int timeout_ms; /**< default 30 s; 5 min with `prompt` */
} sgauth_credential_query;

typedef struct sgauth_rejection {
    size_t size;
    const char* id;     /**< sgauth_session::id of the session whose credential the site rejected; required */
    int64_t generation; /**< sgauth_session::generation that came with that credential */
    int timeout_ms;     /**< default 30 s */
} sgauth_rejection;

typedef struct sgauth_list_query {
    size_t size;
    int timeout_ms; /**< default 30 s */
} sgauth_list_query;

typedef struct sgauth_revoke_query {
    size_t size;
    const char* site; /**< as in sgauth_query */
    const char* user; /**< as in sgauth_query */
    const char* id;   /**< this session, instead of site and user */
    int all;          /**< not 0: every session, of `site` and `user` where given */
    int local;        /**< not 0: leave the site alone */
    int timeout_ms;   /**< default 30 s */
} sgauth_revoke_query;

/* --- what is answered; all pointers belong to the result --- */

/** Words (kind, state, reason, form, event, at_site) may grow: treat one that you do not know as "other". */
typedef struct sgauth_session {
    const char* id;     /**< public, random, never used again */
    const char* site;   /**< "https://studio.shotgrid.autodesk.com" */
    const char* kind;   /**< "human" or "script" */
    const char* user;   /**< the login as the site spells it, or the script's name */
    const char* state;  /**< "valid", "unverified", "expired" or "locked" */
    const char* reason; /**< why it is expired or unverified; NULL if there is nothing to say */
    int is_default;     /**< the default user of its site */
    int64_t created_at;
    int64_t verified_at; /**< when the site last accepted it; -1: never */
    int64_t expires_at;  /**< when it ends if nobody uses it; -1: nothing is known to end it */
    int64_t generation;  /**< rises whenever the credential changes */
} sgauth_session;

/** A secret: never log it, never put it into an argument list. Wiped by sgauth_result_free(). */
typedef struct sgauth_credential {
    const char* form;        /**< which of the others is there; they are NULL otherwise */
    const char* token;       /**< of SGAUTH_FORM_SESSION_TOKEN */
    const char* script_name; /**< of SGAUTH_FORM_SCRIPT_KEY */
    const char* script_key;  /**< of SGAUTH_FORM_SCRIPT_KEY */
    const char* bearer;      /**< of SGAUTH_FORM_BEARER */
} sgauth_credential;

typedef struct sgauth_revoked {
    const char* id;
    const char* site;
    const char* user;
    const char* kind;
    const char* at_site;    /**< "confirmed", "still_accepted", "unconfirmed", "unreachable" or "not_tried" */
    int64_t accepted_until; /**< until when the site may take it still; -1: nothing is known */
} sgauth_revoked;

typedef struct sgauth_error {
    const char* name;           /**< "NoSession", "Expired", "TimedOut", "NoDaemon", ...; may grow */
    const char* message;        /**< for people: lower case, no full stop, no secret */
    const char* foreign;        /**< the site's own words, plain text, to be shown as such; NULL if none */
    const char* const* choices; /**< of "Ambiguous", "FormUnavailable": what there is to choose from */
    size_t choice_count;
    int64_t retry_at;  /**< of "Denied": when to try again; -1 if it is no matter of time */
    int64_t longest_s; /**< of "CannotLastThatLong": the longest that can be had, in seconds; else -1 */
} sgauth_error;

/* --- the library --- */
/** The library's version, "MAJOR.MINOR.PATCH". */
SGAUTH_API const char* sgauth_version(void);

/** What a person can do about a status: lower case, no full stop. Empty for SGAUTH_OK, never NULL. */
SGAUTH_API const char* sgauth_explain(sgauth_status status);

/**
 * Makes a handle. Connects to nothing yet: it works with no daemon there and goes on when the daemon is
 * restarted. Reads the environment; no other thread may change it meanwhile.
 * @param options NULL for the defaults.
 * @param agent   gets the handle, NULL on failure.
 * @return SGAUTH_OK, SGAUTH_USAGE (bad options), SGAUTH_FAILED (out of memory).
 */
SGAUTH_API sgauth_status sgauth_open(const sgauth_options* options, sgauth_agent** agent);

/** Closes the connection and frees the handle. NULL is let be. */
SGAUTH_API void sgauth_close(sgauth_agent* agent);

/*
 * Each call below stores a new result, which the caller frees, in `*result`: the answer, or the error. It is
 * NULL only when memory has run out; all accessors take NULL. `result` itself must not be NULL where the
 * answer is of interest; with NULL only the status is told. A NULL query asks for the defaults, where nothing
 * in it is required. Beyond what each names, a call may return USAGE, UNREACHABLE (out of time), NO_DAEMON,
 * DENIED, FAILED.
 */

/** Who is the user. Never asks the site. @return SGAUTH_OK: one session; NO_SESSION. */
SGAUTH_API sgauth_status
sgauth_get_user(sgauth_agent* agent, const sgauth_query* query, sgauth_result** result);

/**
 * A credential that can be used now, with the session it is of. Look at the session's state: an "unverified"
 * one may turn out to be dead, because the site could not be asked.
 * @return SGAUTH_OK: one session and a credential; NO_SESSION.
 */
SGAUTH_API sgauth_status
sgauth_get_credential(sgauth_agent* agent, const sgauth_credential_query* query, sgauth_result** result);

/**
 * Says that the site rejected a credential. The daemon asks the site itself, at most once however many
 * report, and an old generation costs nothing. Unless it is then "expired", ask for a credential anew.
 * @return SGAUTH_OK: the session as it is now.
 */
SGAUTH_API sgauth_status
sgauth_report_rejected(sgauth_agent* agent, const sgauth_rejection* rejection, sgauth_result** result);

/** All sessions, by site, then user. Never starts the daemon. @return SGAUTH_OK: any number of sessions. */
SGAUTH_API sgauth_status
sgauth_list(sgauth_agent* agent, const sgauth_list_query* query, sgauth_result** result);

/**
 * Takes sessions away from every program on this machine. Returns once that is durable and the site was
 * tried.
 * @return SGAUTH_OK: what became of each (sgauth_result_revoked); NO_SESSION if nothing matched, but with
 * `all`.
 */
SGAUTH_API sgauth_status
sgauth_revoke(sgauth_agent* agent, const sgauth_revoke_query* query, sgauth_result** result);

/* --- watching --- */
/**
 * Begins to watch: first "present" for each session there is, then "synced" without a session, then "added",
 * "renewed", "unverified", "expired", "revoked", "locked", "unlocked", "default" as they happen. Never starts
 * the daemon.
 * @param query NULL for the default time to connect.
 * @param watch gets the watch, NULL on failure.
 */
SGAUTH_API sgauth_status sgauth_watch_open(
    sgauth_agent* agent, const sgauth_list_query* query, sgauth_watch** watch, sgauth_result** result
);

/**
 * The descriptor that a host's event loop polls for reading; -1 while the watch is not connected. When it is
 * readable call sgauth_watch_next() with 0 until there is no event: several may have arrived as one. Belongs
 * to the watch: do not read or close it. Ask again after a failure, and in a forked child.
 */
SGAUTH_API int sgauth_watch_descriptor(const sgauth_watch* watch);

/**
 * The next event.
 * @param timeout_ms how long to wait for one, in milliseconds; 0: take what is there and return at once.
 * @return SGAUTH_OK: an event (sgauth_result_event, and its session), or `*result` NULL if none came in time.
 * Else the watch was lost, say because the daemon was restarted: the descriptor is closed, and the next call
 * connects again and starts with the present state. Pause before it: 5 s will do.
 */
SGAUTH_API sgauth_status sgauth_watch_next(sgauth_watch* watch, int timeout_ms, sgauth_result** result);

/** Closes the connection and frees the watch. NULL is let be. */
SGAUTH_API void sgauth_watch_close(sgauth_watch* watch);

/* --- reading a result --- */
/** The status that its call returned; SGAUTH_FAILED for NULL. */
SGAUTH_API sgauth_status sgauth_result_status(const sgauth_result* result);
/** What went wrong, for people; empty after a success, never NULL. The same as sgauth_error::message. */
SGAUTH_API const char* sgauth_result_message(const sgauth_result* result);
/** The error; NULL after a success. */
SGAUTH_API const sgauth_error* sgauth_result_error(const sgauth_result* result);
/** How many sessions there are. The errors "Expired" and "CannotLastThatLong" bring theirs too. */
SGAUTH_API size_t sgauth_result_session_count(const sgauth_result* result);
/** One of them; NULL beyond the last. */
SGAUTH_API const sgauth_session* sgauth_result_session(const sgauth_result* result, size_t index);
/** The credential; NULL if the call was not for one, or failed. */
SGAUTH_API const sgauth_credential* sgauth_result_credential(const sgauth_result* result);
/** How many sessions sgauth_revoke() took away. */
SGAUTH_API size_t sgauth_result_revoked_count(const sgauth_result* result);
/** One of them; NULL beyond the last. */
SGAUTH_API const sgauth_revoked* sgauth_result_revoked(const sgauth_result* result, size_t index);
/** The event's word; NULL for anything but an event. */
SGAUTH_API const char* sgauth_result_event(const sgauth_result* result);
/** Wipes what is secret and frees everything. NULL is let be. */
SGAUTH_API void sgauth_result_free(sgauth_result* result);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The example of sgauth.h, where no daemon is and none may be started. */
#include <sgauth.h>

#include <stdio.h>
#include <string.h>

int main(void)
{
    sgauth_options options = {sizeof options};
    sgauth_agent* agent = NULL;
    const char* forms[] = {SGAUTH_FORM_SESSION_TOKEN};
    sgauth_credential_query query = {sizeof query};
    sgauth_result* result = NULL;
    sgauth_status status;

    options.socket = "/nowhere/agent.sock";
    options.no_start = 1;
    query.forms = forms;
    query.form_count = 1;
    if (sgauth_open(&options, &agent) != SGAUTH_OK)
        return 1;
    status = sgauth_get_credential(agent, &query, &result);
    printf("%s: %s; %s\n", sgauth_version(), sgauth_result_message(result), sgauth_explain(status));
    if (status != SGAUTH_NO_DAEMON || sgauth_result_status(result) != status ||
        sgauth_result_credential(result))
        return 1;
    if (strcmp(sgauth_result_error(result)->name, "NoDaemon") != 0)
        return 1;
    sgauth_result_free(result);
    sgauth_close(agent);
    return 0;
}

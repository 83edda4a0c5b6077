/* What of Seam's types somebody has looked at and decided about. Newer types that know more fail a test. */

/** What an event of a type leads to: the kind of subject, where it names both a webview and an account. */
export const OF_INTEREST: Readonly<Record<string, 'connect_webview' | 'connected_account'>> = {
  'connect_webview.login_succeeded': 'connect_webview',
  'connect_webview.login_failed': 'connect_webview',
  'connected_account.created': 'connect_webview',
  'connected_account.connected': 'connect_webview',
  'connected_account.successful_login': 'connect_webview',
  'connected_account.disconnected': 'connected_account',
  'connected_account.reauthorization_requested': 'connected_account',
  'connected_account.completed_first_sync': 'connected_account',
  'connected_account.completed_first_sync_after_reconnection': 'connected_account',
  'connected_account.deleted': 'connected_account',
};

const namesIn = (text: string): string[] => text.trim().split(/\s+/);

/** They say nothing of whose an account is, or how it stands. */
export const OF_NO_INTEREST: readonly string[] = Object.entries({
  access_code: `created changed name_changed code_changed time_frame_changed mutations_requested
    scheduled_on_device set_on_device removed_from_device delay_in_setting_on_device
    failed_to_set_on_device deleted delay_in_removing_from_device failed_to_remove_from_device
    modified_external_to_seam deleted_external_to_seam backup_access_code_pulled
    unmanaged.converted_to_managed unmanaged.failed_to_convert_to_managed unmanaged.created
    unmanaged.removed`,
  access_grant: `created deleted access_granted_to_all_doors access_granted_to_door
    access_to_door_lost access_times_changed could_not_create_requested_access_methods`,
  access_method: `issued revoked card_encoding_required deleted reissued created delay_in_issuing
    failed_to_issue`,
  acs_system: 'connected added disconnected',
  acs_credential: 'deleted issued reissued invalidated',
  acs_user: 'created deleted',
  acs_encoder: 'added removed',
  acs_access_group: 'deleted',
  acs_entrance: 'added removed',
  client_session: 'deleted',
  action_attempt: `lock_door.succeeded lock_door.failed unlock_door.succeeded unlock_door.failed
    simulate_keypad_code_entry.succeeded simulate_keypad_code_entry.failed
    simulate_manual_lock_via_keypad.succeeded simulate_manual_lock_via_keypad.failed`,
  device: `connected added converted_to_unmanaged unmanaged.converted_to_managed
    unmanaged.connected disconnected unmanaged.disconnected tampered low_battery
    battery_status_changed removed deleted third_party_integration_detected
    third_party_integration_no_longer_detected salto.privacy_mode_activated
    salto.privacy_mode_deactivated connection_became_flaky connection_stabilized
    error.subscription_required error.subscription_required.resolved
    accessory_keypad_connected accessory_keypad_disconnected name_changed doorbell_rang`,
  noise_sensor: 'noise_threshold_triggered',
  lock: 'locked unlocked access_denied',
  thermostat: `climate_preset_activated manually_adjusted temperature_threshold_exceeded
    temperature_threshold_no_longer_exceeded temperature_reached_set_point temperature_changed`,
  camera: 'activated',
  enrollment_automation: 'deleted',
  phone: 'deactivated',
  space: 'device_membership_changed created deleted',
}).flatMap(([what, happened]) => namesIn(happened).map(name => `${what}.${name}`));

/** Whether we make something of a property, or leave it on purpose. */
export type Use = 'used' | 'left';

/** Of the events of interest. */
export const OF_EVENTS: Readonly<Record<string, Use>> = {
  event_id: 'used',
  event_type: 'used',
  connect_webview_id: 'used',
  connected_account_id: 'used',
  connected_account_custom_metadata: 'used',
  workspace_id: 'used',
  occurred_at: 'used',
  created_at: 'used',
  // What the account itself shows has the last word, but for errors that nobody has documented.
  connected_account_errors: 'used',
  connected_account_warnings: 'left',
  connected_account_type: 'left',
  customer_key: 'used',
  // Of a login that failed.
  event_description: 'used',
};

/** What is `used` is stored in the column of its name. */
export const OF_ACCOUNTS: Readonly<Record<string, Use>> = {
  connected_account_id: 'used',
  account_type: 'used',
  account_type_display_name: 'used',
  display_name: 'used',
  user_identifier: 'used',
  custom_metadata: 'used',
  errors: 'used',
  warnings: 'used',
  accepted_capabilities: 'used',
  automatically_manage_new_devices: 'used',
  customer_key: 'used',
  created_at: 'used',
  image_url: 'used',
  time_zone: 'used',
  default_checkin_time: 'left',
  default_checkout_time: 'left',
  ical_feed_origin: 'left',
  ical_url: 'left',
};

/** As those of accounts. */
export const OF_WEBVIEWS: Readonly<Record<string, Use>> = {
  connect_webview_id: 'used',
  status: 'used',
  login_successful: 'used',
  connected_account_id: 'used',
  custom_metadata: 'used',
  created_at: 'used',
  authorized_at: 'used',
  selected_provider: 'used',
  customer_key: 'used',
  // A subject is of the workspace whose key was shown it.
  workspace_id: 'left',
  // Whoever has it can go on with somebody else's login.
  url: 'left',
  accepted_capabilities: 'left',
  accepted_devices: 'left',
  accepted_providers: 'left',
  any_device_allowed: 'left',
  any_provider_allowed: 'left',
  automatically_manage_new_devices: 'left',
  custom_redirect_failure_url: 'left',
  custom_redirect_url: 'left',
  device_selection_mode: 'left',
  wait_for_device_creation: 'left',
};

/** What a webview may be, and what each means for its connection. */
export const STATUSES: readonly string[] = ['pending', 'failed', 'authorized'];

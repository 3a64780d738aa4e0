-- operation: delete_calc_order
-- does: drops every order of the cart that is not at the checkout yet
select id as order_id
from raw_i3d.calc_orders
where not is_deleted and not coalesce(finalized, false)
order by id
